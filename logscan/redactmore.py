"""What is redacted where it is asked for: network addresses, users, paths, and what a team's own rules find.

These have the shape of much that helps at night (versions, URLs' paths, roles), so they are off by default; where
they are on, too much is taken rather than too little.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, cast

from logscan.errors import UsageError
from logscan.lazyre import lazy
from logscan.redact import Mask, Rule, whole

MAX_SECONDS = 0.1
"""How long an own rule may search one text."""


def rules(kinds: Sequence[str], own: Mapping[str, str] | None = None) -> tuple[Rule, ...]:
    """The rules of some of `KINDS`, and those of the team: name → pattern. Raises UsageError for what is none."""
    found: list[Rule] = []
    for kind in kinds:
        if kind not in KINDS:
            raise UsageError(f"--redact: {kind!r} is not one of {', '.join(KINDS)}")
        found += KINDS[kind]
    return (*found, *(_own(name, pattern) for name, pattern in (own or {}).items()))


def _own(name: str, pattern: str) -> Rule:
    """A rule of the team's; a group named `secret` is what is replaced, else all of it."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", name):
        raise UsageError(f"redact-rules.{name}: no name; use small letters, digits and hyphens")
    import regex

    try:
        regex.compile(pattern)
    except regex.error as error:
        raise UsageError(f"redact-rules.{name}: not a regular expression: {error}; mend the pattern") from None
    return Rule(("",), _Timed(f"{_MASK.pattern}(*SKIP)(*FAIL)|(?:{pattern})"), partial(_own_replaced, name))


def _own_replaced(name: str, match: re.Match[str], mask: Mask) -> str:
    if not match[0]:
        return match[0]
    if match.groupdict().get("secret") is None:
        return mask(name, match[0])
    start, end = (at - match.start() for at in match.span("secret"))
    return match[0][:start] + mask(name, match["secret"]) + match[0][end:]


_MASK = lazy(r"<redacted:[^<>]*>")


class _Timed:
    """A pattern under a time limit: where it runs out, nothing of the text is shown."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    def sub(self, new: Callable[[re.Match[str]], str], text: str) -> str:
        import regex  # 30 ms, which scans without own rules need not pay

        try:
            return regex.sub(self._pattern, cast(Any, new), text, timeout=MAX_SECONDS)
        except TimeoutError:
            return "<redacted:too-slow>"


def _address(match: re.Match[str], mask: Mask) -> str:
    from ipaddress import ip_address

    try:
        found = ip_address(match[0])
    except ValueError:
        return match[0]
    return match[0] if found.is_loopback or found.is_unspecified else mask("ip", str(found))


def _second(kind: str, match: re.Match[str], mask: Mask) -> str:
    """Keep the first group, replace the second."""
    return match[1] + mask(kind, match[2])


_NAME = r"(?!<redacted:)([^\s\"'`,;:)\]}<>/\\]{1,128})"

KINDS: dict[str, tuple[Rule, ...]] = {
    "ip": (
        Rule((".",), lazy(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)"), _address),
        Rule(
            (":",),
            lazy(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{0,4})(?![\w:])"),
            _address,
        ),
    ),
    "user": (
        Rule(
            ("user", "login", "logname", "acct", "uid", "account"),
            lazy(
                r"(?i:(\b(?:[re]?user(?:[_-]?name|[_-]?id)?|login|logname|acct|[ae]?uid|account)\b"
                r"\\?[\"']?[ \t]{0,2}(?:=>|[:=])[ \t]{0,2}\\?[\"']?))" + _NAME
            ),
            partial(_second, "user"),
        ),
        Rule(
            ("user ", "role ", " for "),
            lazy(
                r"((?i:\b(?:(?:for|by|as|from|of|invalid|illegal|database) user |role (?=[\"'])|user (?=[\"']))[\"']?"
                r"|\b(?:accepted|failed) [\w/-]{1,40} for (?:invalid user )?))(?!invalid user )" + _NAME
            ),
            partial(_second, "user"),
        ),
        Rule(
            ("home", "users"),
            lazy(r"((?:/home/|/Users/|\b[A-Za-z]:\\{1,2}Users\\{1,2}))" + _NAME),
            partial(_second, "user"),
        ),
    ),
    "path": (
        Rule(("/",), lazy(r"(\")(/[^\"\n<>]{2,1024})(?=\")"), partial(_second, "path")),
        whole("path", ("/",), r"(?<![\w.:/>-])~?(?:/[^\s/\"'`:;,()\[\]{}<>|=]+){2,64}+/?"),
        whole("path", (":\\",), r"(?<!\w)[A-Za-z]:\\{1,2}[^\s\"'`:;,()\[\]{}<>|*?]{1,1024}"),
    ),
}
"""`--redact`: the kinds by name. Loopback and unspecified addresses stay: they are nobody's."""
