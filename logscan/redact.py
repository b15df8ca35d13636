"""Take secrets and personal data out of text, at the sinks, after fingerprinting.

A `Redactor` replaces what looks like a credential by `<redacted:kind>`, and where it has a key by
`<redacted:kind#3f9a1c>`: the same value gives the same six digits, which nobody without the key can guess a
value from. The rules prefer shapes that nothing else has (a vendor's prefix, a header's name, a key's name
before `=`); a value is taken by its key's name only where it reads like a value and not like prose or code,
since a log whose words are gone helps nobody at 3 a.m. Addresses, users and paths are taken where they are
asked for (redactmore.py).

Speed: a rule runs only where one of its literals stands in the text, so ordinary text costs some
substring searches. Each pattern is linear: no nested quantifiers, every repetition either bounded or
over characters that cannot start a new match.

Formats: https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html,
https://docs.gitlab.com/security/tokens/, https://www.rfc-editor.org/rfc/rfc7519 (JWT),
https://en.wikipedia.org/wiki/Payment_card_number.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

import msgspec

from logscan.digest import blake2b
from logscan.lazyre import Lazy, lazy

Mask = Callable[[str, str], str]
"""(kind, value) → what stands in its place."""
Replace = Callable[[re.Match[str], Mask], str]

MAX_MEMO = 4096
"""Short strings (names of files, functions, streams) that a redactor remembers: they come again and again."""
SHORT = 256


class Pattern(Protocol):
    """As much of `re.Pattern` as a rule needs."""

    def sub(self, new: Callable[[re.Match[str]], str], text: str, /) -> str: ...


class Rule(msgspec.Struct, frozen=True):
    """`needles`: lower-case literals, one of which every match holds; `gate`: a pattern that is quick to
    search in the lower-case text, and found wherever `pattern` is."""

    needles: tuple[str, ...]
    pattern: Pattern
    replace: Replace
    gate: Lazy[str] | None = None


class Redactor:
    """Redacts text; called like a function. Applying it twice changes nothing more.

    more  rules besides those that always hold: of redactmore.py, the team's own
    key   asked for when something is first redacted; None: no digits that tell equal values
    """

    def __init__(self, more: Sequence[Rule] = (), key: Callable[[], bytes | None] | None = None) -> None:
        self._rules = (*_RULES, *more)
        self._needles = tuple(dict.fromkeys(needle for rule in self._rules for needle in rule.needles))
        self._ask = key
        self._key: bytes | None = None
        self._memo: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """`text` with credentials, e-mail addresses and card numbers replaced."""
        if len(text) > SHORT:
            return self._redacted(text)
        known = self._memo.get(text)
        if known is None:
            if len(self._memo) >= MAX_MEMO:
                self._memo.clear()
            known = self._memo[text] = self._redacted(text)
        return known

    def named(self, name: str, value: str) -> str:
        """A value whose name stands apart from it: all of it is a secret where the name says so."""
        if not self._tells(name, "hunter2"):
            return self(value)
        # some names say so of any value, some only of one that reads like a secret
        return self._mask("secret", value) if self._tells(name, "letters") or self._tells(name, value) else self(value)

    def _tells(self, name: str, value: str) -> bool:
        """Whether the name is why a value is hidden."""
        return self(f'"{name}": "{value}"') != f'"{name}": "{self(value)}"'

    def _redacted(self, text: str) -> str:
        lower = text.lower()
        found = {needle for needle in self._needles if needle in lower}
        if found:
            for rule in self._rules:
                if not found.isdisjoint(rule.needles) and (rule.gate is None or rule.gate.search(lower)):
                    text = rule.pattern.sub(partial(_replaced, rule.replace, self._mask), text)
        if "private key" in lower:
            text = self._key_tails(text)
        if _MANY_DIGITS.search(text):
            text = _CARD.sub(partial(_replaced, _card, self._mask), text)
        return text

    def _key_tails(self, text: str) -> str:
        """The end of a private key whose beginning was cut off."""
        pieces, done = [], 0
        for end in _KEY_END.finditer(text):
            start = end.start()
            while start > done and (text[start - 1].isalnum() or text[start - 1] in "+/= \t\r\n\\"):
                start -= 1
            pieces += [text[done:start], self._mask("private-key", text[start : end.end()])]
            done = end.end()
        return "".join((*pieces, text[done:]))

    def _mask(self, kind: str, value: str) -> str:
        if self._ask is not None:
            self._key, self._ask = self._ask(), None
        if self._key is None:
            return f"<redacted:{kind}>"
        digits = blake2b(value.encode("utf-8", "surrogatepass"), key=self._key, digest_size=3).hexdigest()
        return f"<redacted:{kind}#{digits}>"


def _replaced(replace: Replace, mask: Mask, match: re.Match[str]) -> str:
    return replace(match, mask)


def whole(kind: str, needles: tuple[str, ...], pattern: str) -> Rule:
    """A rule that replaces all it matches."""
    return Rule(needles, lazy(pattern), lambda match, mask: mask(kind, match[0]))


def after(kind: str, needles: tuple[str, ...], pattern: str) -> Rule:
    """A rule that keeps its first group and replaces the rest."""
    return Rule(needles, lazy(pattern), lambda match, mask: match[1] + mask(kind, match[0][len(match[1]) :]))


# A key and what may stand between it and its value: `key=`, `key: `, `"key": `, `\"key\": `, `'key' => `.
_KEY = (
    r"(?i:(?P<key>pass(?:word|wd|phrase)|pwd|secret(?:[_-]?(?:access[_-]?)?key(?:_base)?)?"
    r"|(?:api|access|account|private|signing|encryption)[_-]?key|token|(?:j|php|asp\.net_)?sess(?:ion)?id|x-amz-signature))"
)
_ASSIGNMENT = lazy(
    _KEY
    + r"(?P<sep>\\{0,3}[\"']?[ \t]{0,2}(?:=>|[:=])[ \t]{0,2}[bu]?)"
    + r"(?:(?P<quote>\\{0,3}[\"'])(?P<quoted>(?:(?!(?P=quote))(?:\\.|[^\\\n]))++)"
    + r"|(?P<bare>[^\s\"'&,;)\]}<>\\]++))"
)
_ASSIGNED = lazy(
    r"(?:pass(?:word|wd|phrase)|pwd|secret|key(?:_base)?|token|sess(?:ion)?id|signature)\\{0,3}[\"']?[ \t]{0,2}[:=]"
)
_NOT_A_VALUE = lazy(
    r"(?i:none|null|nil|true|false|undefined|redacted|required|missing|invalid|empty|\*+|x{3,}|\.+)"
    r"|[$#]\{.*|%[(s].*|\{.*|[A-Za-z_][\w.]*[(\[].*"  # a placeholder, or code that fetches it
)
_DIGIT = lazy(r"\d")


def _assignment(match: re.Match[str], mask: Mask) -> str:
    key, sep, quote = match["key"], match["sep"], match["quote"] or ""
    value = match["bare"] if match["quoted"] is None else match["quoted"]
    if not _reads_like_a_value(key.lower(), sep, value, bool(quote)):
        return match[0]
    kind = "password" if key.lower().startswith(("pass", "pwd")) else "secret"
    if key.lower() == "token":
        kind = "token"
    elif key.lower().endswith("key"):
        kind = "api-key"
    elif key.lower().endswith("sessid") or key.lower().endswith("sessionid"):
        kind = "session"
    return f"{key}{sep}{quote}{mask(kind, value)}"


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
    return quoted or bool(_DIGIT.search(value)) or value.endswith("=")  # "password: must not be empty"


# The short name counts tests, too, and names stages: `pass=12`, `"pass": "build"`.
_PASS = lazy(
    r"((?<![\w.=-])(?i:(?:[a-z0-9]{1,24}_){0,3}pass)"
    r"\\{0,3}[\"']?[ \t]{0,2}(?:=>|[:=](?!=))[ \t]{0,2}(?:[bu](?=\\{0,3}[\"']))?)"
    r"(?:(?P<quote>\\{0,3}[\"'])(?P<quoted>(?:(?!(?P=quote))(?:\\.|[^\\\n]))++)"
    r"|(?<==)(?P<bare>[^\s\"'&,;)\]}<>\\]++))"
)
_PASS_GATE = lazy(r"pass\\{0,3}[\"']?[ \t]{0,2}[:=]")
_ACCOUNT = lazy(r"(?i:user|login|auth|credential|smtp)")
_NEAR = 64
"""Characters before a word, among which one may stand that says what it means."""


def _pass(match: re.Match[str], mask: Mask) -> str:
    quote, value = match["quote"] or "", match["quoted"] or match["bare"]
    if value.startswith("<redacted:") or _NOT_A_VALUE.fullmatch(value) or _OUTCOME.fullmatch(value):
        return match[0]
    near = match.string[max(0, match.start() - _NEAR) : match.end(1)]
    near = near[max(near.rfind("\n"), near.rfind("}")) + 1 :]
    if not (len(value) >= 6 and _MIXED.fullmatch(value)) and not _ACCOUNT.search(near):
        return match[0]
    return f"{match[1]}{quote}{mask('password', value)}"


_OUTCOME = lazy(r"(?i:[\d./%]+|yes|no|ok|pass(?:ed)?|fail(?:ed)?)")
_MIXED = lazy(r"(?=\S*\d)(?=\S*[A-Za-z])[^\s/\\]+")


def _short_flag(match: re.Match[str], mask: Mask) -> str:
    """`mysql -phunter2`; prose about mysql has neither digits behind its -p nor a -u before it."""
    if not _MIXED.fullmatch(match[2]) and not _USER_FLAG.search(match[1]):
        return match[0]
    return match[1] + mask("password", match[2])


_USER_FLAG = lazy(r"[ \t\"',](?:-u|--user)")


def _flag(match: re.Match[str], mask: Mask) -> str:
    return f"{match[1]}{mask('secret', match[2])}" if re.search(r"[\d!@#$%^*]", match[2]) else match[0]


def _email(match: re.Match[str], mask: Mask) -> str:
    local, _, host = match[0].partition("@")
    if local == "git" or host.rpartition(".")[2] in _UNIT_TYPES:
        return match[0]
    return mask("email", match[0])


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

_RULES: tuple[Rule, ...] = (
    whole(
        "private-key",
        ("private key-----", "private key block-----"),
        r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:[A-Za-z0-9+/=\s\\:,]|-(?!----))*+"
        r"(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?",
    ),
    Rule(
        ("://",),
        lazy(r"(://[^\s:/@\"'<>]{0,128}:)(?!<redacted:)([^\s/\"'<>]{1,256})(?=@)"),
        lambda match, mask: match[1] + mask("password", match[2]),
    ),
    after(
        "authorization",
        ("authorization",),
        rf"({_HEADER}(?i:digest|aws4-hmac-sha256)[ \t]+)(?!<redacted:)[^\n\"]+\"?[^\n'}}]*",
    ),
    after("authorization", ("authorization",), rf"({_HEADER}{_SCHEME})(?!<redacted:)[^\s\"',;]+"),
    after(
        "authorization",
        ("authorization",),
        rf"({_HEADER})(?=[^\s\"',;]{{0,256}}\d)(?![^\n<]{{0,32}}<redacted:)[^\s\"',;]{{8,}}",
    ),
    after(
        "authorization",
        ("bearer ", "basic "),
        r"(\b(?i:bearer|basic) )(?=[A-Za-z_~+/=.-]{0,256}\d)[A-Za-z0-9._~+/=-]{16,}",
    ),
    after(
        "cookie",
        ("cookie",),
        r"((?i:cookie)(?:[\"']?[ \t]*[:=][ \t]*(?:b?[\"'])?|[\"'],[ \t]*b?[\"']))"
        r"(?=[\w.%-]{1,128}=)[^\n\"']+",
    ),
    whole("aws-key", ("akia", "asia"), r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    whole(
        "github-token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})",
    ),
    whole("gitlab-token", ("gl",), r"\bgl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|oas)-[\w.-]{20,}"),
    whole("slack-token", ("xox", "xapp-"), r"\b(?:xox[abeoprs](?:\.xox[bp])?|xapp)-[A-Za-z0-9-]{10,}"),
    after(
        "webhook",
        ("/webhooks/", "webhook.office.com/"),
        r"(discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d+/|webhook\.office\.com/webhookb2/)[^\s\"'<>]{20,}",
    ),
    after("slack-webhook", ("hooks.slack.com",), r"(hooks\.slack\.com/(?:services|workflows)/)[\w/]+"),
    whole("stripe-key", ("k_live_", "k_test_", "whsec_"), r"\b(?:[srp]k_(?:live|test)|whsec)_[A-Za-z0-9]{10,}"),
    whole("google-key", ("aiza", "ya29.", "gocspx-"), r"\b(?:AIza[\w-]{35}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,})"),
    whole("api-key", ("sk-",), r"(?<![\w-])sk-(?=[A-Za-z_-]{0,64}\d)[\w-]{32,}"),
    whole(
        "cloud-token",
        (
            "sg.",
            "hvs.",
            "hvb.",
            "dop_v1_",
            "doo_v1_",
            "dckr_pat_",
            "pypi-",
            "shpat_",
            "shpss_",
            "hf_",
            "nrak-",
            "lin_api_",
            "dapi",
        ),
        r"\b(?:SG\.[\w-]{16,}\.[\w-]{16,}|hv[sb]\.[\w-]{20,}|do[op]_v1_[a-f0-9]{32,}|dckr_pat_[\w-]{20,}"
        r"|pypi-[\w-]{32,}|shp(?:at|ss)_[a-fA-F0-9]{32}|hf_[A-Za-z0-9]{30,}|NRAK-[A-Z0-9]{20,}|lin_api_\w{20,}"
        r"|dapi[a-f0-9]{32})",
    ),
    whole(
        "cloud-token",
        (
            "glsa_",
            "glc_",
            "sbp_",
            "pscale_",
            ".atlasv1.",
            "pmak-",
            "figd_",
            "gsk_",
            "xai-",
            "atatt3",
            "tskey-",
            "sntry",
        ),
        r"\b(?:glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|glc_[A-Za-z0-9+/=]{32,}|sbp_[a-f0-9]{40}"
        r"|pscale_(?:tkn|pw|oauth)_[\w.-]{32,}|\w{14}\.atlasv1\.[\w-]{60,}|PMAK-[a-f0-9]{24}-[a-f0-9]{34}"
        r"|figd_[\w-]{40,}|gsk_[A-Za-z0-9]{40,}|xai-[A-Za-z0-9]{70,}|ATATT3[\w=-]{50,}|tskey-[a-z]+-[\w-]{20,}"
        r"|sntry[su]_[\w+/=-]{40,})",
    ),
    whole("age-key", ("age-secret-key-",), r"\bAGE-SECRET-KEY-1[A-Z0-9]{20,}"),
    whole("telegram-token", (":aa",), r"(?<!\d)\d{8,10}:AA[\w-]{33}(?![\w-])"),
    after("mailgun-key", ("key-",), r"(\bkey-)[0-9a-f]{32}\b"),
    after(
        "signature",
        ("sig=", "signature="),
        r"((?:[?&]|&amp;|\\{1,2}u0026)(?i:sig|signature)=)(?=[\w%+/=~-]{0,64}[A-Za-z%])[\w%+/=~-]{6,}",
    ),
    Rule(
        ("x-", "private-token", "job-token", "deploy-token"),
        lazy(
            r"(\b(?i:x-(?:[a-z]{1,16}-){0,3}(?:token|(?P<key>api-?key)|password|secret)|(?:private|job|deploy)-token)"
            r"(?:\\{0,3}[\"']?[ \t]*[:=][ \t]*(?:b?\\{0,3}[\"'])?|[\"'],[ \t]*b?[\"']))"
            r"(?!<redacted:)(?=[^\s\"',;]{0,256}\d|[^\s\"',;]{16})([^\s\"',;\\]+)"
        ),
        lambda match, mask: match[1] + mask("api-key" if match["key"] else "token", match[3]),
    ),
    Rule(
        ("://",),
        lazy(r"(https?://)([A-Za-z0-9_-]{20,128})(?=@)"),  # a token as the user: git remotes, Sentry's DSN
        lambda match, mask: match[1] + mask("token", match[2]),
    ),
    after(
        "password",
        ("identified ",),
        r"((?i:identified (?:with [\"'`]?\w{1,64}[\"'`]? )?(?:by|as) )(?:(?i:password ))?')(?!<redacted:)[^'\n]+",
    ),
    after(
        "password",
        (" password '",),
        r"((?i:\b(?:alter|create) (?:role|user) [^\n;:]{1,200}?\bpassword) ')(?!<redacted:)[^'\n]+",
    ),
    after(
        "password",
        ("</",),
        r"(<(?:[\w-]{1,32}:)?(?i:password|passwd|pwd|(?:client[_-]?)?secret|(?:api|access)[_-]?key|(?:access[_-]?)?token)>)"
        r"(?!<redacted:)[^<>\n]{1,512}(?=</)",
    ),
    after(
        "password",
        ("curl",),
        r"(\bcurl\b[^\n|;]{0,256}?[ \t\"',](?:-u|--user)[\"',= \t]{0,4}[^\s:\"'<>-]{1,128}:)"
        r"(?!<redacted:)[^\s\"']{1,256}",
    ),
    after("password", ("oracle:",), r"(jdbc:oracle:\w{1,8}:[^/\s@\"']{1,128}/)(?!<redacted:)[^\s\"'@]{1,256}(?=@)"),
    after("password", ("secretstr(",), r"(\bSecretStr\([\"'])(?![*<])[^\"'\n]+"),
    after(
        "password",
        ("bindpw", "requirepass"),
        r"(\b(?:bindpw|requirepass)(?:[ \t]*[=:][ \t]*|[ \t]+(?=[^\s\d]{0,64}\d))[\"']?)"
        r"(?!<redacted:)[^\s\"']{3,}",
    ),
    after(
        "password",
        ("auth ",),
        r"(\bAUTH (?:PLAIN|LOGIN|XOAUTH2) )(?=[A-Za-z+/]{0,64}[\d=])[A-Za-z0-9+/=]{8,}",
    ),
    after(
        "password",
        ("%3d",),
        r"((?i:pass(?:word|wd)|pwd|secret|token|api_?key)%3[Dd])(?!<redacted:)(?:[^\s\"'&%<>]|%(?!26)[0-9A-Fa-f]{2}){1,256}",
    ),
    whole(
        "password-hash",
        ("$",),
        r"\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}|\$argon2(?:id|i|d)\$v=\d+\$[\w=,]{1,64}\$[\w+/$=-]{20,}"
        r"|\$(?:[56y]|2y)\$[^\s$\"']{1,64}\$[./A-Za-z0-9$]{22,}|pbkdf2_sha\d{1,3}\$\d+\$[^\s$\"']{1,64}\$[\w+/=]{20,}",
    ),
    after(
        "secret", ('"auth"', "_auth"), r"((?:\"auth\"[ ]?:[ ]?\"|\b_auth[ ]?=[ ]?\"?))(?!<redacted:)[A-Za-z0-9+/=]{12,}"
    ),
    after(
        "secret",
        ("key=", "code=", "auth="),
        r"([?&](?:[a-z]{1,20}[_-])?(?:key|code|auth)=)(?=[A-Za-z%_~.+/=]{0,64}\d)(?=[\d%_~.+/=]{0,64}[A-Za-z])"
        r"[\w%~.+/=]{20,}",
    ),
    after(
        "session",
        ("session",),
        r"([\"'](?i:session)\\{0,3}[\"'][ \t]*[:=][ \t]*\\{0,3}[\"'])(?=[A-Za-z_.%-]{0,64}\d)[\w.%-]{16,}",
    ),
    after(
        "iban", ("iban",), r"(\b(?i:iban)\\{0,3}[\"']?[ \t:=]{0,3}\\{0,3}[\"']?)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){3,8}\b"
    ),
    whole("npm-token", ("npm_",), r"\bnpm_[A-Za-z0-9]{36}\b"),
    whole("jwt", ("eyj",), r"\beyJ[\w-]{8,}(?:\.[\w-]+){1,4}(?:\.(?!\w))?"),
    Rule(("pass", "pwd", "secret", "key", "token", "sess", "signature"), _ASSIGNMENT, _assignment, _ASSIGNED),
    Rule(
        ("--",),
        lazy(r"(--(?:[a-z]{1,20}-){0,3}(?:password|passwd|token|secret|api-key)[ \t]+)([^\s\"'<-]\S*)"),
        _flag,
    ),
    Rule(("pass",), _PASS, _pass, _PASS_GATE),
    Rule(
        ("mysql", "mariadb"),
        lazy(
            r"((?<![\w-])(?:mysql(?:dump|admin|import|check|show)?|mariadb(?:-(?:dump|admin|import|check|show))?)"
            r"(?=[\"' \t])[^\n|;]{0,256}?[ \t\"',]-p[\"']?)(?!assword|<redacted:|\d[\d.:]*(?![^\s\"',]))([^\s\"',]{3,})"
        ),
        _short_flag,
    ),
    Rule(
        ("@",),
        lazy(r"(?<![\w.%+-])[\w.%+-]+@(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z]{2,24}(?![\w-])(?!:\d+:\d)"),
        _email,
    ),
    whole(
        "email",
        ("%40",),
        r"(?<![\w.%+-])[\w.+-]{1,64}%40(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z]{2,24}(?![\w-])",
    ),
)

_KEY_END = lazy(r"-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----")
_MANY_DIGITS = lazy(r"\d[\d -]{11,21}\d")
_CARD = lazy(
    r"(?<![\w.:/+-])(?:\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}|3[47]\d{2}([ -]?)\d{6}\2\d{5}|3[068]\d{12}|4\d{12})"
    r"(?![\w-])(?!\.\d)"
)
_ISSUER = lazy(r"4|5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[47]|3[068]|35|6(?:011|2|4[4-9]|5)")


def _card(match: re.Match[str], mask: Mask) -> str:
    digits = re.sub(r"[ -]", "", match[0])
    return mask("card", digits) if _ISSUER.match(digits) and _luhn(digits) else match[0]


def _luhn(digits: str) -> bool:
    """Whether the check digit is right (https://en.wikipedia.org/wiki/Luhn_algorithm)."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0


redact = Redactor()
"""What always holds, without a key: for programs, and wherever nobody asked for more."""


class Open(Redactor):
    """`--no-redact`: text as it is."""

    def __call__(self, text: str) -> str:
        return text

    def named(self, name: str, value: str) -> str:
        return value
