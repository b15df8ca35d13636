"""What a signature tells its reader, as rows of a label and a text: the terminal's page and the catalogue's share them.

Values in, plain text out; the caller makes it safe for its sink.
"""

from collections.abc import Iterator
from typing import NamedTuple

from logscan.sigmodel import Affected, Remediation, Signature

BOUNDARIES = "samples/boundaries/"
"""Folders below it hold runs of the releases on both sides of each boundary that `affected` states."""


class Row(NamedTuple):
    """One row; an empty label continues the row above. `url` is where the text leads."""

    label: str
    text: str
    url: str = ""


def rows(signature: Signature) -> Iterator[Row]:
    """Everything, as it is wanted at night: what it is, what to do, what it is not, how that is known."""
    grades = f"{signature.action}, severity {signature.severity}, {signature.status}"
    yield Row("action", f"{grades}, {signature.role}" if signature.role != "cause" else grades)
    if signature.superseded_by:
        yield Row("instead", signature.superseded_by)
    for n, one in enumerate(signature.affected):
        yield Row("" if n else "affected", _affected(one))
    yield Row("cause", signature.cause)
    yield Row("impact", signature.impact)
    yield from _remedy(signature.remediation)
    for other in signature.look_alikes:
        yield Row("not it", f"{other.id}: {other.tell_apart}")
    for label, ids in (("wins over", signature.over), ("follows", signature.follow_on_of), ("tags", signature.tags)):
        if ids:
            yield Row(label, ", ".join(ids))
    for each in signature.evidence:
        yield Row("evidence", each.shows, each.url)
    known = f"{signature.evidence_level}, last verified {signature.last_verified}"
    if signature.reproduced is not None:
        with_ = ", ".join(f"{name} {version}" for name, version in signature.reproduced.versions.items())
        proven = signature.reproduced.how.startswith(BOUNDARIES)
        way = "proven by running the releases next to each boundary" if proven else "reproduced"
        known += f"; {way}: {signature.reproduced.how}" + (f" with {with_}" if with_ else "")
    yield Row("known by", known)


def _remedy(remedy: Remediation) -> Iterator[Row]:
    yield Row("remedy", remedy.summary)
    if remedy.now is not None:
        yield Row("now", remedy.now.do)
        yield from _given("risk", remedy.now.risk)
        yield from _given("undo", remedy.now.undo)
    for fix in remedy.fixes:
        release = f" {fix.package} to {fix.fixed_in} or later" if fix.package and fix.fixed_in else ""
        yield Row("fix", f"{fix.do}{release}", fix.link or "")
        yield from _given("not when", fix.not_when)
        yield from _given("verify", fix.verify)
    for each in remedy.prevention:
        yield Row("prevent", each)
    for link in remedy.links:
        yield Row("link", link.kind, link.url)


def _given(label: str, text: str | None) -> Iterator[Row]:
    if text:
        yield Row(label, text)


def _affected(one: Affected) -> str:
    until = f"to before {one.fixed}" if one.fixed is not None else "and all later ones"
    return f"{one.purl.removeprefix('pkg:').partition('/')[2]} from {one.introduced} {until}"
