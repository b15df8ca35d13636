#!/usr/bin/env python3
"""Record the logs of databases, brokers and their clients again, from the real software.

Each folder with an `incident.py` is a case. Its docstring says what happens and, in lines of their own,

    Services: redis --requirepass example     a server and its options; `none` without this line
    Packages: redis==5.0.8 | redis==3.5.3     one recording for each alternative, in an environment of its own;
                                              `python`: the standard library is enough
    Records: client                           whose output is the log: client (default) or server
    Leaves: redis.noauth 3                    what logscan must find; `unclassified 1` where nothing is known

The servers come from the system (Debian: redis-server, postgresql, mariadb-server, rabbitmq-server), listen on
loopback only and are stopped by their process id. Folders of this machine and its name are rewritten; nothing else is changed.

    python3 samples/reproduce_stores.py [--python PATH] [--envs FOLDER] [CASE ...]

Standard library only, Python 3.11 or later, Linux.
"""

import argparse
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent
UNPRIVILEGED = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}


@dataclass(frozen=True)
class Case:
    """One folder: the words of its docstring, the server it needs, what it leaves."""

    folder: Path
    story: str
    service: str
    packages: tuple[str, ...]
    records: str
    leaves: dict[str, int]


def read_case(folder: Path) -> Case:
    """A case by its folder. ValueError: the docstring lacks a line."""
    docstring = (folder / "incident.py").read_text(encoding="utf-8").split('"""')[1]
    said = dict(re.findall(r"^(Services|Packages|Records|Leaves): +(.+)$", docstring, re.MULTILINE))
    if missing := {"Packages", "Leaves"} - said.keys():
        raise ValueError(f"{folder}: no line {missing}")
    story = re.sub(r"^(Services|Packages|Records|Leaves): .*\n", "", docstring, flags=re.MULTILINE).strip()
    pairs = [leaf.split() for leaf in said["Leaves"].split(",")]
    return Case(
        folder=folder,
        story=story,
        service=said.get("Services", "none"),
        packages=tuple(each.strip() for each in said["Packages"].split("|")),
        records=said.get("Records", "client"),
        leaves={name: int(times) for name, times in pairs},
    )


def environment(packages: str, python: str, envs: Path) -> Path:
    """The interpreter of a virtual environment with these packages."""
    home = envs / re.sub(r"[^\w.]+", "-", packages)
    if not (home / "done").exists():
        subprocess.run([python, "-m", "venv", str(home)], check=True)
        if packages != "python":
            subprocess.run([str(home / "bin/pip"), "install", "-q", *packages.split()], check=True)
        (home / "done").touch()
    return home / "bin/python"


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def wait_for(port: int, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Until the server answers. RuntimeError: it ended, or takes too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nobody listens on {port}")


@contextmanager
def running(command: list[str], port: int, log: Path, **options: object) -> Iterator[subprocess.Popen[bytes]]:
    """A server in the background, its output in `log`, stopped at the end."""
    with log.open("ab") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, **options)  # type: ignore[call-overload]
    try:
        wait_for(port, process)
        yield process
    finally:
        process.send_signal(signal.SIGINT if "postgres" in command[0] else signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def redis(work: Path, options: list[str], log: Path) -> Iterator[dict[str, str]]:
    """A Redis whose address is REDIS_PORT and whose process is REDIS_PID. `{work}` in an option is its folder."""
    port = free_port()
    said = [option.replace("{work}", str(work)) for option in options]
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(work), "--save", "", *said]
    with running(command, port, log, **UNPRIVILEGED) as process:
        yield {"REDIS_PORT": str(port), "REDIS_PID": str(process.pid)}


@contextmanager
def postgres(work: Path, options: list[str], log: Path) -> Iterator[dict[str, str]]:
    """A PostgreSQL with the superuser `shop`, its data folder in PGDATA, its process in POSTGRES_PID."""
    port, data = free_port(), work / "data"
    initdb = ["initdb", "-D", str(data), "-U", "shop", "-A", "trust", "--no-sync", "--no-locale", "-E", "UTF8"]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=work, **UNPRIVILEGED)  # type: ignore[call-overload]
    command = ["postgres", "-D", str(data), "-p", str(port), "-k", str(work), "-c", "listen_addresses=127.0.0.1"]
    command += ["-c", "log_timezone=UTC", *options]
    with running(command, port, log, cwd=work, **UNPRIVILEGED) as process:
        time.sleep(1)
        where = {"PGHOST": "127.0.0.1", "PGPORT": str(port), "PGUSER": "shop", "PGDATABASE": "postgres"}
        yield {**where, "PGDATA": str(data), "POSTGRES_PID": str(process.pid)}


@contextmanager
def mariadb(work: Path, options: list[str], log: Path) -> Iterator[dict[str, str]]:
    """A MariaDB with the database `test` and the user `shop`, password `example`, at MYSQL_PORT."""
    port, data = free_port(), work / "data"
    install = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"]
    subprocess.run(install, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **UNPRIVILEGED)  # type: ignore[call-overload]
    place = [f"--datadir={data}", f"--socket={work}/s", f"--pid-file={work}/pid", f"--port={port}"]
    command = ["mariadbd", "--no-defaults", *place, "--bind-address=127.0.0.1", *options]
    with running(command, port, log, **UNPRIVILEGED) as process:
        create = "CREATE USER shop@{0} IDENTIFIED BY 'example'; GRANT ALL ON *.* TO shop@{0};"
        grant = "".join(create.format(host) for host in ("localhost", "'127.0.0.1'"))
        subprocess.run(["mariadb", "--no-defaults", f"--socket={work}/s", "-u", "root", "-e", grant], check=True)
        yield {"MYSQL_PORT": str(port), "MYSQL_PID": str(process.pid)}


@contextmanager
def rabbitmq(work: Path, options: list[str], log: Path) -> Iterator[dict[str, str]]:
    """A RabbitMQ at AMQP_PORT; options are lines `name=value` of its configuration. RABBITMQCTL is its command."""
    port, distribution = free_port(), free_port()
    config = ["loopback_users = none", f"listeners.tcp.1 = 127.0.0.1:{port}", "log.console = true", *options]
    (work / "rabbitmq.conf").write_text("\n".join(config) + "\n")
    (work / "plugins").write_text("[].\n")
    (work / "advanced.config").write_text("[{rabbit, [{channel_tick_interval, 1000}]}].\n")
    says = {
        "RABBITMQ_NODENAME": f"shop{port}@localhost",
        "RABBITMQ_CONFIG_FILE": str(work / "rabbitmq"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(work / "advanced.config"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(work / "plugins"),
        "RABBITMQ_MNESIA_BASE": str(work / "data"),
        "RABBITMQ_LOG_BASE": str(work / "log"),
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "HOME": str(work),
    }
    server = "/usr/lib/rabbitmq/bin/rabbitmq-server"
    with running([server], port, log, env={**os.environ, **says}, **UNPRIVILEGED) as process:
        time.sleep(2)
        yield {"AMQP_PORT": str(port), "AMQP_PID": str(process.pid), **says}


@contextmanager
def nothing(work: Path, options: list[str], log: Path) -> Iterator[dict[str, str]]:
    """No server. CLOSED_PORT is a port that nobody listens on."""
    yield {"CLOSED_PORT": str(free_port())}


SERVICES = {"redis": redis, "postgres": postgres, "mariadb": mariadb, "rabbitmq": rabbitmq, "none": nothing}


def anonymous(text: str, rewrites: dict[str, str]) -> str:
    """The log without the folders and the name of this machine."""
    for place, stands_for in sorted(rewrites.items(), key=lambda pair: -len(pair[0])):
        text = text.replace(place, stands_for)
    text = re.sub(rf"@{re.escape(socket.gethostname())}\b", "@shop", text)
    return re.sub(r"/usr/local/lib/python3\.\d+/site-packages/../..", "/usr/local", text)


def record(case: Case, packages: str, python: Path, name: str) -> None:
    """Make one log and what stands beside it. RuntimeError: the incident did not end by itself."""
    with tempfile.TemporaryDirectory(prefix="logscan-") as folder:
        work = Path(folder)
        work.chmod(0o777)
        server = work / "server.log"
        server.touch(0o666)
        kind, *options = shlex.split(case.service)
        service: Callable[..., contextmanager] = SERVICES[kind]  # type: ignore[valid-type]
        with service(work, options, server) as where:  # type: ignore[attr-defined]
            said = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "CLOSED_PORT": str(free_port()), **where}
            shutil.copy(case.folder / "incident.py", work)
            command = [str(python), str(work / "incident.py")]
            done = subprocess.run(
                command, env=said, cwd=work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=180
            )
        if case.records == "server" and done.returncode != 0:
            raise RuntimeError(f"{case.folder.name} ended with {done.returncode}: {done.stdout.decode()}")
        text = (server.read_bytes() if case.records == "server" else done.stdout).decode()
    base = Path(subprocess.check_output([str(python), "-c", "import sys; print(sys.base_prefix)"], text=True).strip())
    text = anonymous(text, {str(python.parent.parent): "/usr/local", str(base): "/usr/local", str(work): "/srv/app"})
    (case.folder / name).write_text(text, encoding="utf-8")
    leaves = {ident: times for ident, times in sorted(case.leaves.items()) if ident != "unclassified"}
    expected = [f"events: {sum(case.leaves.values())}", "signatures:" if leaves else "signatures: {}"]
    expected += [f"  {ident}: {times}" for ident, times in leaves.items()]
    expected += [f"unclassified: {case.leaves.get('unclassified', 0)}", ""]
    (case.folder / f"{name}.expected.yaml").write_text("\n".join(expected), encoding="utf-8")


def describe(case: Case, logs: dict[str, str]) -> None:
    """Write the case's how.md."""
    first, *rest = case.story.split("\n\n")
    server = "" if case.service == "none" else f" Server: `{case.service}`."
    rows = [f"| `{name}` | {packages} |" for name, packages in logs.items()]
    leaves = ", ".join(f"{times} × `{ident}`" for ident, times in case.leaves.items())
    text = ["# " + first.replace("\n", " ").rstrip("."), "", *rest, "" if rest else None]
    text += [f"`incident.py` makes it happen.{server} It leaves {leaves}.", ""]
    text += ["| log | under |", "|---|---|", *rows, "", "To repeat it:", ""]
    text += [f"    python3 samples/reproduce_stores.py {case.folder.name}", ""]
    (case.folder / "how.md").write_text("\n".join(line for line in text if line is not None), encoding="utf-8")


def main() -> None:
    """Read the command line and record the cases it names (all of them unless told)."""
    cases = {path.parent.name: path.parent for path in sorted(SAMPLES.glob("*/incident.py"))}
    parser = argparse.ArgumentParser(description="Record the logs of samples/*/incident.py again.")
    parser.add_argument("cases", nargs="*", metavar="CASE", help="which folders (default: all)")
    parser.add_argument("--python", default=sys.executable, metavar="PATH", help="a CPython with pip and venv")
    parser.add_argument("--envs", type=Path, metavar="FOLDER", help="keep the virtual environments here")
    options = parser.parse_args()
    if unknown := set(options.cases) - cases.keys():
        parser.error(f"no such case: {', '.join(sorted(unknown))}; there are {', '.join(cases)}")
    with tempfile.TemporaryDirectory() as folder:
        for name in options.cases or cases:
            case = read_case(cases[name])
            logs = {}
            for number, packages in enumerate(case.packages, 1):
                python = environment(packages, options.python, options.envs or Path(folder))
                log = "app.log" if number == 1 else f"app-{number}.log"
                record(case, packages, python, log)
                logs[log] = packages
            describe(case, logs)
            print(name, flush=True)


if __name__ == "__main__":
    main()
