"""Take secrets and personal data out of text, at the sinks, after fingerprinting.

`redact` replaces what looks like a credential by `<redacted:kind>`. The rules prefer shapes that
nothing else has (a vendor's prefix, a header's name, a key's name before `=`); a value is taken by its
key's name only where it reads like a value and not like prose or code, since a log whose words are
gone helps nobody at 3 a.m.

Speed: a rule runs only where one of its literals stands in the text, so ordinary text costs some
substring searches. Each pattern is linear: no nested quantifiers, every repetition either bounded or
over characters that cannot start a new match.

Formats: https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html,
https://docs.gitlab.com/security/tokens/, https://www.rfc-editor.org/rfc/rfc7519 (JWT),
https://en.wikipedia.org/wiki/Payment_card_number.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from logscan.lazyre import Lazy, lazy

Replace = Callable[[re.Match[str]], str]


class _Rule(NamedTuple):
    """`needles`: lower-case literals, one of which every match holds; `gate`: a pattern that is quick to
    search in the lower-case text, and found wherever `pattern` is."""

    needles: tuple[str, ...]
    pattern: Lazy[str]
    replace: Replace
    gate: Lazy[str] | None = None


def redact(text: str) -> str:
    """`text` with credentials, e-mail addresses and card numbers replaced by `<redacted:kind>`.

    Applying it twice changes nothing more.
    """
    lower = text.lower()
    for rule in _RULES:
        for needle in rule.needles:  # a plain loop: any() costs more than the searches
            if needle in lower:
                if rule.gate is None or rule.gate.search(lower):
                    text = rule.pattern.sub(rule.replace, text)
                break
    if _MANY_DIGITS.search(text):
        text = _CARD.sub(_card, text)
    return text


def _mask(kind: str) -> str:
    return f"<redacted:{kind}>"


def _whole(kind: str, needles: tuple[str, ...], pattern: str) -> _Rule:
    """A rule that replaces all it matches."""
    return _Rule(needles, lazy(pattern), lambda _: _mask(kind))


def _after(kind: str, needles: tuple[str, ...], pattern: str) -> _Rule:
    """A rule that keeps its first group and replaces the rest."""
    return _Rule(needles, lazy(pattern), lambda match: match[1] + _mask(kind))


# A key and what may stand between it and its value: `key=`, `key: `, `"key": `, `\"key\": `, `'key' => `.
_KEY = (
    r"(?i:(?P<key>pass(?:word|wd|phrase)|pwd|secret(?:[_-]?(?:access[_-]?)?key(?:_base)?)?"
    r"|(?:api|access|private|signing|encryption)[_-]?key|token))"
)
_ASSIGNMENT = lazy(
    _KEY
    + r"(?P<sep>\\?[\"']?[ \t]{0,2}(?:=>|[:=])[ \t]{0,2}[bu]?)"
    + r"(?:(?P<quote>\\?[\"'])(?P<quoted>(?:(?!(?P=quote))(?:\\.|[^\\\n]))++)"
    + r"|(?P<bare>[^\s\"'&,;)\]}<>\\]++))"
)
_ASSIGNED = lazy(r"(?:pass(?:word|wd|phrase)|pwd|secret|key(?:_base)?|token)\\?[\"']?[ \t]{0,2}[:=]")
_NOT_A_VALUE = lazy(
    r"(?i:none|null|nil|true|false|undefined|redacted|required|missing|invalid|empty|\*+|x{3,}|\.+)"
    r"|[$#]\{.*|%[(s].*|\{.*|[A-Za-z_][\w.]*[(\[].*"  # a placeholder, or code that fetches it
)
_DIGIT = lazy(r"\d")


def _assignment(match: re.Match[str]) -> str:
    key, sep, quote = match["key"], match["sep"], match["quote"] or ""
    value = match["bare"] if match["quoted"] is None else match["quoted"]
    if not _reads_like_a_value(key.lower(), sep, value, bool(quote)):
        return match[0]
    kind = "password" if key.lower().startswith(("pass", "pwd")) else "secret"
    if key.lower() == "token":
        kind = "token"
    elif key.lower().endswith("key"):
        kind = "api-key"
    return f"{key}{sep}{quote}{_mask(kind)}"


def _reads_like_a_value(key: str, sep: str, value: str, quoted: bool) -> bool:
    if value.startswith("<redacted:") or _NOT_A_VALUE.fullmatch(value):
        return False
    if key == "pwd" and re.match(r"[/~]|[A-Za-z]:", value):  # the working directory
        return False
    if key == "token" and value.isdecimal() and len(value) < 6:
        return False
    if not quoted and value.lower().endswith(key):  # password=self.password
        return False
    named = sep.lstrip("\\")[:1] in ("'", '"')  # {"password": …}: data, whatever the value
    if named or "=" in sep:
        return True
    if key == "token":  # "unexpected token: 'else'"
        return len(value) >= 8 and bool(_DIGIT.search(value))
    return quoted or bool(_DIGIT.search(value))  # "password: must not be empty"


def _flag(match: re.Match[str]) -> str:
    return f"{match[1]}{_mask('secret')}" if re.search(r"[\d!@#$%^*]", match[2]) else match[0]


def _email(match: re.Match[str]) -> str:
    local, _, host = match[0].partition("@")
    if local == "git" or host.rpartition(".")[2] in _UNIT_TYPES:
        return match[0]
    return _mask("email")


_UNIT_TYPES = (
    "service",
    "socket",
    "timer",
    "mount",
    "automount",
    "target",
    "slice",
    "scope",
    "device",
    "path",
)
_HEADER = r"(?i:(?:proxy-)?authorization)[\"']?(?:[ \t]*[:=][ \t]*|,[ \t]*(?=b?[\"']))(?:b?[\"'])?"
_SCHEME = r"(?i:bearer|basic|token|negotiate|apikey)[ \t]+"

_RULES: tuple[_Rule, ...] = (
    _whole(
        "private-key",
        ("private key-----",),
        r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:[A-Za-z0-9+/=\s\\:,]|-(?!----))*+"
        r"(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?",
    ),
    _Rule(
        ("://",),
        lazy(r"(://[^\s:/@\"'<>]{0,128}:)(?!<redacted:)[^\s/\"'<>]{1,256}(?=@)"),
        lambda match: match[1] + _mask("password"),
    ),
    _after(
        "authorization",
        ("authorization",),
        rf"({_HEADER}(?i:digest|aws4-hmac-sha256)[ \t]+)(?!<redacted:)[^\n\"]+\"?[^\n'}}]*",
    ),
    _after("authorization", ("authorization",), rf"({_HEADER}{_SCHEME})(?!<redacted:)[^\s\"',;]+"),
    _after(
        "authorization",
        ("authorization",),
        rf"({_HEADER})(?=[^\s\"',;]{{0,256}}\d)(?![^\n<]{{0,32}}<redacted:)[^\s\"',;]{{8,}}",
    ),
    _after(
        "authorization",
        ("bearer ", "basic "),
        r"(\b(?i:bearer|basic) )(?=[A-Za-z_~+/=.-]{0,256}\d)[A-Za-z0-9._~+/=-]{16,}",
    ),
    _after(
        "cookie",
        ("cookie",),
        r"((?i:cookie)(?:[\"']?[ \t]*[:=][ \t]*(?:b?[\"'])?|[\"'],[ \t]*b?[\"']))"
        r"(?=[\w.%-]{1,128}=)[^\n\"']+",
    ),
    _whole("aws-key", ("akia", "asia"), r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    _whole(
        "github-token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})",
    ),
    _whole("gitlab-token", ("gl",), r"\bgl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|oas)-[\w.-]{20,}"),
    _whole("slack-token", ("xox", "xapp-"), r"\b(?:xox[abeoprs](?:\.xox[bp])?|xapp)-[A-Za-z0-9-]{10,}"),
    _after("slack-webhook", ("hooks.slack.com",), r"(hooks\.slack\.com/(?:services|workflows)/)[\w/]+"),
    _whole("stripe-key", ("k_live_", "k_test_", "whsec_"), r"\b(?:[srp]k_(?:live|test)|whsec)_[A-Za-z0-9]{10,}"),
    _whole("google-key", ("aiza", "ya29.", "gocspx-"), r"\b(?:AIza[\w-]{35}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,})"),
    _whole("api-key", ("sk-",), r"(?<![\w-])sk-(?=[A-Za-z_-]{0,64}\d)[\w-]{32,}"),
    _whole("npm-token", ("npm_",), r"\bnpm_[A-Za-z0-9]{36}\b"),
    _whole("jwt", ("eyj",), r"\beyJ[\w-]{8,}(?:\.[\w-]+){1,4}(?:\.(?!\w))?"),
    _Rule(("pass", "pwd", "secret", "key", "token"), _ASSIGNMENT, _assignment, _ASSIGNED),
    _Rule(
        ("--",),
        lazy(r"(--(?:[a-z]{1,20}-){0,3}(?:password|passwd|token|secret|api-key)[ \t]+)([^\s\"'<-]\S*)"),
        _flag,
    ),
    _Rule(
        ("@",),
        lazy(r"(?<![\w.%+-])[\w.%+-]+@(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z]{2,24}(?![\w-])(?!:\d+:\d)"),
        _email,
    ),
)

_MANY_DIGITS = lazy(r"\d[\d -]{11,21}\d")
_CARD = lazy(
    r"(?<![\w.:/+-])(?:\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}|3[47]\d{2}([ -]?)\d{6}\2\d{5}|3[068]\d{12}|4\d{12})"
    r"(?![\w-])(?!\.\d)"
)
_ISSUER = lazy(r"4|5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[47]|3[068]|35|6(?:011|2|4[4-9]|5)")


def _card(match: re.Match[str]) -> str:
    digits = re.sub(r"[ -]", "", match[0])
    return _mask("card") if _ISSUER.match(digits) and _luhn(digits) else match[0]


def _luhn(digits: str) -> bool:
    """Whether the check digit is right (https://en.wikipedia.org/wiki/Luhn_algorithm)."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0
