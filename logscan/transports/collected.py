r"""A program's printed line in a record that a log collector made of it: whose line it is, and what its level is worth.

Collectors (fluent-bit, Vector, Filebeat, Datadog, Google's and Amazon's agents, docker's own drivers) wrap each line
that a program prints in a record, with the names of the pod, the container, the host and the file that it came from.
The lines of many writers stand in one file then. Their names were read off the documentation of:

    fluent-bit  https://docs.fluentbit.io/manual/pipeline/filters/kubernetes
    FireLens    https://docs.docker.com/engine/logging/drivers/fluentd/
    docker      https://docs.docker.com/engine/logging/drivers/gelf/
    Vector      https://vector.dev/docs/reference/configuration/sources/kubernetes_logs/
    Filebeat    https://www.elastic.co/guide/en/beats/filebeat/current/exported-fields-kubernetes-processor.html
    Logstash    https://www.elastic.co/guide/en/logstash/current/plugins-inputs-file.html
    OTLP        https://opentelemetry.io/docs/specs/semconv/resource/k8s/, …/semconv/general/logs/
    Google      https://cloud.google.com/kubernetes-engine/docs/concepts/about-logs
    Datadog     https://docs.datadoghq.com/logs/log_configuration/attributes_naming_convention/
    Loki        https://grafana.com/docs/loki/latest/query/logcli/ (`-o jsonl`)
    stern       https://github.com/stern/stern#output (`-o json`)
    Splunk      https://docs.splunk.com/Documentation/Splunk/latest/Search/ExportdatausingRESTAPI
    pm2         https://pm2.keymetrics.io/docs/usage/log-management/ (`--log-type json`)
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from logscan.model import Level

SERVICE = ("service.name", "service", "service_name", "serviceName", "application", "app", "app_name",
           "resource.labels.service_name")  # fmt: skip
HOST = ("host.name", "host.hostname", "hostname", "host")
POD = ("k8s.pod.name", "kubernetes.pod_name", "kubernetes.pod.name", "resource.labels.pod_name", "podName")
NAMESPACE = ("k8s.namespace.name", "kubernetes.namespace_name", "resource.labels.namespace_name",
             "kubernetes.pod_namespace", "kubernetes.namespace")  # fmt: skip
KUBERNETES_CONTAINER = ("k8s.container.name", "kubernetes.container_name", "resource.labels.container_name",
                        "kubernetes.container.name", "containerName")  # fmt: skip
CONTAINER = ("container.name", "container_name", "_container_name")
CONTAINER_ID = ("container.id", "docker.container_id", "container_id", "_container_id", "kubernetes.docker_id")
INSTANCE = ("resource.labels.instance_id", "labels.instanceId", "process_id")
FILE = ("log.file.path", "log.file.name", "file", "path", "filename")
STREAM = ("logStreamName", "log_stream")
OUTPUT = ("stream", "source", "log.iostream", "type", "logName")
WRITER = (POD, CONTAINER, KUBERNETES_CONTAINER, CONTAINER_ID, NAMESPACE, SERVICE, FILE, STREAM, HOST, INSTANCE, OUTPUT)
"""What tells writers apart, what others are the least likely to have in common first: all that a record has of it names
the stream."""
BESIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "file": ("source_type", "log"), "path": ("@version", "log"), "filename": ("log",), "type": ("process_id",),
    "source": ("container_id", "container_name", "_raw"),
}  # fmt: skip
"""Names that mean this only in a collector's records, and keys of which those have one."""
WRAPPED = (("log", "container_name"), ("log", "container_id"), ("log", "kubernetes"), ("message", "podName"))
"""A message and a collector's key beside it that make a record of what has neither level nor time."""
PRINTED = frozenset({"textPayload", "log", "line", "_raw"})
"""Messages that are a line as it was printed."""


def is_wrapped(record: Mapping[str, object], message: str | None) -> bool:
    """Whether a record without level and time is a printed line. `message`: the field that holds it."""
    return any(message == name and key in record for name, key in WRAPPED)


def is_printed(record: Mapping[str, object], message: str | None) -> bool:
    """Whether the field `message` holds a line as a program printed it."""
    return message in PRINTED or (message == "short_message" and "_container_id" in record)


def is_given(record: Mapping[str, object], level: Level, output: str | None) -> bool:
    """Whether the level of a printed line says no more than on which output it was printed: Google calls all that
    comes on standard error an error, docker's GELF driver too; what comes on standard output is `info` to them."""
    if "short_message" in record:
        return level in ("error", "info")
    name = (output or "").replace("%2F", "/").rpartition("/")[2]
    if level == "error":
        return name == "stderr"
    return level == "info" and (name in ("stdout", "stderr") or record.get("severity") == "DEFAULT")


@lru_cache(maxsize=1024)
def writer(keys: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The groups of names, of which a record with these keys may have one each, that name its stream."""
    there = frozenset(keys)
    groups = (
        tuple(
            name
            for name in group
            if (name in there or name.partition(".")[0] in there)
            and (name not in BESIDE or not there.isdisjoint(BESIDE[name]))
        )
        for group in WRITER
    )
    return tuple(group for group in groups if group)


def key(parts: list[str], line: bytes) -> str:
    """The stream's name, of the names of its writer. Where the first does not stand in the raw line as it is (it is
    spelt with escapes), it begins with a tilde: see `mark`."""
    name = " ".join(parts)
    return name if not name or _first(name) in line else f"~{name}"


def mark(key: str) -> bytes | None:
    """See `transports.Marked`: the first of the names, or what comes before a blank in it."""
    return (_first(key) or None) if key[:1] != "~" else None


def _first(key: str) -> bytes:
    return key.partition(" ")[0].encode("utf-8", "surrogatepass")
