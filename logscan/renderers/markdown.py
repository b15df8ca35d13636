"""`--format markdown`: for a pull request, a ticket or a step's summary (GitHub's and GitLab's flavour).

Log text stands in code spans and fences only, where nothing is markup, nobody is mentioned and nothing is linked
(https://github.github.com/gfm/). A comment on GitHub holds 65,536 characters, so the report ends before that and
says what is left.
"""

import re

from logscan.renderers import findings, story, terminal_change
from logscan.renderers import terminal_head as head
from logscan.renderers.layout import is_web, text_of
from logscan.renderers.view import View
from logscan.renderers.words import clock, day, number, plural
from logscan.report import Incident, Report
from logscan.sanitize import clean, clean_line, inert

MOST_CHARACTERS = 60_000
MOST_ROWS = 50
MOST_DETAILS = 20
MOST_TEXT_LINES = 40
MOST_CELL = 120
_WIDE = 10_000
_MARKUP = re.compile(r"[\\`*_\[\]<>|~$&]")
_MENTION = re.compile(r"([@#])(?=\w)")
_TICKS = re.compile("`+")


def render(report: Report, view: View) -> str:
    """A heading, the counts, what was lost, a table, and a fold for each incident to act on."""
    shown, left = story.selected(report.incidents, MOST_ROWS, view.top)
    subject = " ".join(text_of(line) for line in head.subject(report, _WIDE))
    parts = [f"### {_summary_line(report)}\n\n{code(subject)}\n"]
    warnings = [text_of(line).removeprefix("! ") for line in head.warnings(report, _WIDE)]
    if warnings:
        parts.append("\n".join(["> [!WARNING]", *(f"> {code(text)}  " for text in warnings)]) + "\n")
    if shown:
        numbers = {incident.key: n for n, incident in enumerate(shown, 1)}
        rows = [_row(numbers, incident, report) for incident in shown]
        parts.append("\n".join(["| | | events | incident | began (UTC) |", "|--:|---|--:|---|---|", *rows, ""]))
        parts += _left_out(left, "more incidents")
    changed = [text_of(line) for line in terminal_change.rows(report, _WIDE, verbose=False)]
    if changed:
        parts.append(fence("\n".join(changed[1:])))
    footer = " ".join(text_of(line) for line in head.footer(report, _WIDE))
    foot = f"<sub>{code(footer)} · logscan {prose(report.version)}</sub>\n"
    room = MOST_CHARACTERS - sum(map(len, parts)) - len(foot) - 200
    detailed = [one for one in shown if story.is_detailed(one)]
    told = 0
    for incident in detailed[:MOST_DETAILS]:
        text = _details(incident, report)
        room -= len(text) + 1
        if room < 0:
            break
        parts.append(text)
        told += 1
    parts += _left_out(tuple(detailed[told:]), "more without details here")
    return "\n".join([*parts, foot])


def code(text: str) -> str:
    """Text of a log as a code span: one line, nothing in it is markup, whatever it holds."""
    line = inert(clean_line(text)).strip() or " "
    longest = max((len(run) for run in _TICKS.findall(line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def cell(text: str) -> str:
    """As `code`, in a cell of a table: at most `MOST_CELL` characters, bars escaped."""
    line = clean_line(text)
    shown = line if len(line) <= MOST_CELL else line[: MOST_CELL - 1] + "…"
    # a backslash before a bar would be taken with it, so what holds a bar is written with one that only looks like it
    return code(shown.replace("|", "│"))


def prose(text: str) -> str:
    """Words of a signature as prose: no markup, no mention, no reference to an issue."""
    line = _MARKUP.sub(lambda match: "\\" + match[0], inert(clean_line(text)))
    return _MENTION.sub(r"\1<!-- -->", line)


def fence(text: str, language: str = "text") -> str:
    """Log text as a block, longer than any fence in it."""
    lines = [inert(line) for line in clean(text).replace("\r", "").split("\n")]
    left = len(lines) - MOST_TEXT_LINES
    if left > 0:
        lines = [*lines[: MOST_TEXT_LINES // 2], f"… {number(left)} lines …", *lines[-MOST_TEXT_LINES // 2 :]]
    longest = max((len(run) for run in _TICKS.findall(text)), default=0)
    ticks = "`" * max(3, longest + 1)
    body = "\n".join(lines)
    return f"{ticks}{language}\n{body}\n{ticks}\n"


def _summary_line(report: Report) -> str:
    return prose(f"logscan: {findings.counts(report)}")


def _left_out(incidents: tuple[Incident, ...], what: str) -> list[str]:
    if not incidents:
        return []
    events = sum(incident.count for incident in incidents)
    return [f"… and {number(len(incidents))} {what}, {plural(events, 'event')}.\n"]


def _name(incident: Incident) -> str:
    return cell(incident.title) if incident.signature is None else prose(incident.title)


def _row(numbers: dict[str, int], incident: Incident, report: Report) -> str:
    follows = numbers.get(incident.follows or "")
    name = _name(incident) if follows is None else f"follows {follows}: {_name(incident)}"
    least = "≥ " if incident.lower_bound else ""
    began = ""
    if incident.first is not None:
        began = f"{day(incident.first)} {clock(incident.first)}"
    known = "" if incident.signature is None else f" {code(incident.signature)}"
    label = story.label(incident)
    bold = f"**{label}**" if label in ("PAGE", "NEW") else label
    return f"| {numbers[incident.key]} | {bold} | {least}{number(incident.count)} | {name}{known} | {began} |"


def _details(incident: Incident, report: Report) -> str:
    lines = [f"- {prose(findings.sentence(incident, report))}"]
    burst = story.burst(incident, report)
    if burst:
        lines.append(f"- burst: {prose(burst)}")
    where = story.places(incident)
    if where is not None:
        others = f" and {plural(where.others, 'other place')}" if where.others else ""
        lines.append(f"- where: {code(where.place)}{others}")
    error = findings.error(incident)
    if error:
        lines.append(f"- error: {cell(error)}")
    lines += [f"- {label}: {cell(names)}" for label, names in story.whose(incident, report)]
    if incident.signature is None:
        lines += [f"- {story.LINKS[one.link]}: {cell(story.said(one.exception, one.message))}"
                  for one in incident.example.chain[:2]]  # fmt: skip
    version = story.version(incident.verdict)
    if version:
        lines.append(f"- version: {code(version)}")
    lines += _remedy(incident)
    if incident.locate:
        lines.append(f"- see: {code(incident.locate)}")
    title = f"{story.label(incident)} {number(incident.count)}x {clean_line(incident.title)[:MOST_CELL]}"
    return (
        f"<details><summary><code>{_escaped(title)}</code></summary>\n\n"
        + "\n".join(lines)
        + f"\n\n{fence(incident.example.text)}\n</details>\n"
    )


def _remedy(incident: Incident) -> list[str]:
    remedy = incident.remediation
    if remedy is None:
        return []
    lines = [] if remedy.now is None else [f"- now: {prose(remedy.now.do)}"]
    upgrades = story.upgrades(remedy, incident.language)
    lines += [f"- fix: {code(text)}" for text in upgrades] or [f"- fix: {prose(remedy.summary)}"]
    links = [url for url in story.urls(remedy) if is_web(url)]
    return [*lines, *(f"- <{_address(url)}>" for url in links)]


def _address(url: str) -> str:
    kept = "".join(char for char in url if "!" <= char <= "~" and char not in "<>\\`")
    return kept.replace("##[", "%23%23[")


def _escaped(text: str) -> str:
    """For inside `<code>`: Markdown is still read there, so its signs are entities too."""
    return "".join(char if char.isalnum() or char in " .:/'" else f"&#{ord(char)};" for char in inert(text))
