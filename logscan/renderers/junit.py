"""`--format junit`: a test report, for the services that show one beside a build.

No standard exists; what is written satisfies both of the schemas in use, Ant's
(https://github.com/windyroad/JUnit-Schema) and that of Jenkins' xUnit plugin
(https://github.com/jenkinsci/xunit-plugin). An incident is a test case: `page` and `ticket` fail, what on-call only
watches or ignores is skipped, and what could not be read is an error. A clean scan is one passing case.
"""

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from logscan.renderers import findings, story
from logscan.renderers.view import View
from logscan.report import Incident, Report
from logscan.sanitize import clean, clean_line

_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, escaped or not (https://www.w3.org/TR/xml/#charsets)."""


def render(report: Report, view: View) -> str:
    """The document, declared and encoded as UTF-8."""
    cases = [*(_case(incident, report) for incident in report.incidents), *_unread(report)]
    if not cases:
        cases = [Element("testcase", name="nothing wrong found", classname="logscan", time="0")]
    tally = {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(sum(case.find("error") is not None for case in cases)),
    }
    root = Element("testsuites")
    suite = SubElement(root, "testsuite", name="logscan", package="logscan", id="0", hostname="localhost")
    suite.attrib |= {**tally, "skipped": str(sum(case.find("skipped") is not None for case in cases)), "time": "0"}
    suite.set("timestamp", (report.span.last or report.options.reference_time or "1970-01-01T00:00:00")[:19])
    properties = SubElement(suite, "properties")
    for name, value in _figures(report).items():
        SubElement(properties, "property", name=name, value=str(value).lower() if value is not None else "")
    suite.extend(cases)
    SubElement(suite, "system-out").text = findings.counts(report)
    SubElement(suite, "system-err").text = _text("\n".join(f"{one.source}: {one.message}" for one in report.problems))
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _figures(report: Report) -> dict[str, int | bool]:
    return {
        "events": report.events,
        "matched": report.matched,
        "unclassified": report.unclassified,
        "complete": report.complete,
        "lower_bound": findings.at_least(report),
        "bytes": report.input.bytes,
        "lines": report.input.lines,
    }


def _case(incident: Incident, report: Report) -> Element:
    case = Element("testcase", name=_line(f"{incident.key}: {incident.title}"), time="0")
    case.set("classname", _line(f"logscan.{findings.rule(incident)}"))
    message = _line(f"{incident.count}x {incident.title}")
    kind = incident.exception or incident.severity
    if incident.action in ("watch", "ignore"):
        SubElement(case, "skipped", message=message)
        return case
    parts = [findings.sentence(incident, report), findings.error(incident), *findings.what_to_do(incident)]
    links = [] if incident.remediation is None else story.urls(incident.remediation)
    place = incident.example.source if incident.example.line is None else _place(incident)
    failure = SubElement(case, "failure", message=message, type=_line(kind))
    said = [clean_line(text) for text in (*parts, *links, place) if text]
    failure.text = _text("\n".join([*said, "", incident.example.text]))
    return case


def _place(incident: Incident) -> str:
    return f"at {incident.example.source}:{incident.example.line}"


def _unread(report: Report) -> list[Element]:
    cases = []
    for problem in report.problems:
        case = Element("testcase", name=_line(f"read {problem.source}"), classname="logscan.input", time="0")
        error = SubElement(case, "error", message=_line(problem.message), type=_line(problem.kind or "problem"))
        error.text = _text(f"{problem.source}: {problem.message}")
        cases.append(case)
    return cases


def _line(text: str) -> str:
    return _NOT_XML.sub("\ufffd", clean_line(text))


def _text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", clean(text))
