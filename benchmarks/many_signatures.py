"""Signatures in any number, for measurements: of the size and the shape of real ones, no two alike.

`write(folder, count)` makes `folder/madeN/incident-N.yaml`. Half of them ask for an exception with a message and a
frame, half for a text of the record; all names and literals are made from a seeded random generator's words.
"""

import random
from pathlib import Path

_SYLLABLES = ("ba", "ko", "mi", "ter", "lan", "vo", "ris", "den", "tu", "pel", "sha", "gor", "nim", "que", "zol", "fir")
_TEMPLATE = """\
schema: logscan.signature/1
id: {software}.{name}
title: "{software}: {words} failed"
severity: warning
action: ticket
status: stable
tags: [{software}, made]
affected:
  - {{purl: "pkg:pypi/{software}", introduced: "0.{number}.0", fixed: "0.{number}.6"}}
match:
{match}
cause: >-
  The {words} was asked for while another one was being made. {software} then told its peer that the
  connection was closed, which the peer refuses while an answer is due.
impact: >-
  One request fails. Others are not touched. The log fills with two records for each failure.
remediation:
  summary: Upgrade {software}; 0.{number}.6 waits for the {words}.
  now:
    do: Restart the service, then look for a timeout shorter than the longest answer.
    risk: Requests that are under way are lost.
  fixes:
    - do: upgrade
      package: {software}
      fixed_in: "0.{number}.6"
      link: https://example.org/{software}/pull/{number}
      verify: Ask twice within a second; the log must stay silent.
  prevention:
    - Keep the timeouts of proxy and client longer than the slowest answer.
  links:
    - {{url: "https://example.org/{software}/issues/{number}", kind: issue}}
evidence:
  - {{url: "https://example.org/{software}/issues/{number}", shows: the report with its traceback}}
evidence_level: reported
last_verified: 2026-11-24
look_alikes: []
examples:
  match:
    - "ERROR {software}: {words} {number} was refused by the peer"
  no_match:
    - "ERROR {software}: nothing of that kind"
"""
_BY_ERROR = """\
  error:
    type: {software}.errors.{kind}Error
    message: "{words} \\\\d+ was refused"
    frame: "{software}.*:*"
"""
_BY_TEXT = """\
  any:
    - message: "{words} \\\\d+ was refused"
    - text: {{contains: ["{words} gave up"]}}
"""


def words(number: int) -> str:
    """Three made words that no other number has: `Ba-kor`, so to speak."""
    chance = random.Random(number)
    return " ".join("".join(chance.choices(_SYLLABLES, k=3)) for _ in range(3)) + f" n{number}"


def write(folder: Path, count: int) -> Path:
    """Write `count` signatures; returns the folder."""
    for number in range(count):
        software, name = f"made{number % 40}", f"incident-{number}"
        values = {"software": software, "name": name, "number": number, "words": words(number)}
        values["kind"] = words(number).title().replace(" ", "")
        match = (_BY_ERROR if number % 2 else _BY_TEXT).format(**values).rstrip("\n")
        path = folder / software / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_TEMPLATE.format(**values, match=match), encoding="utf-8")
    return folder
