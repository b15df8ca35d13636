"""Raw timestamps to microseconds since the epoch, UTC.

Log lines spell time in a few dozen ways; nearly all are one of the shapes of `SHAPES`. A shape is found
by one regular expression, so that a format file only says where its timestamp stands, not how it is
written. `Clock` remembers each distinct raw text, because lines that share a second share it.

A naive time is in the clock's zone. A time without a year (RFC 3164 and `journalctl -o short` print none)
gets the latest year that does not put it more than a month after the reference time, because what a log
says has been; 29 February only in a leap year. A time of day without a date is no point in time and gives
None: the report then says so.
"""

from datetime import UTC, datetime, timedelta, timezone, tzinfo

from logscan.lazyre import lazy

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}

_MON = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:tember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)"
)
_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 60, "CET": 60, "CEST": 120, "EET": 120, "EEST": 180, "MSK": 180,
    "JST": 540, "KST": 540, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780,
    "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
}  # fmt: skip
"""Zone names in minutes east: Europe's, those of North America, which RFC 822 (section 5.1) fixes, and others that mean
one zone."""
_NAMES = "|".join(sorted(_ZONES, key=len, reverse=True))
_CLOCK = r"\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?"
_ZONE = rf"(?:[ ]?(?:{_NAMES})\b|[ ]?[+-]\d{{2}}:?\d{{2}}(?!\d)|[ ]?[+-](?:0\d|1[0-4])(?=[ \],>]|$))?"
_GAP = "(?:[ ]|\N{NARROW NO-BREAK SPACE})?"  # Java writes the latter since CLDR 42; bytes know it in no class
_HALF = rf"\d{{1,2}}:\d{{2}}:\d{{2}}(?:[.,]\d{{1,9}})?{_GAP}[AP]M"

DATED = (
    rf"(?:{_DAY},?[ ])?\d{{4}}[-/.]\d{{2}}[-/.]\d{{2}}[T _]{_CLOCK}(?:[ ][AP]M\b)?{_ZONE}"  # ISO 8601 and its relatives
    rf"|\d{{2}}/\d{{2}}/(?:\d{{4}}|\d{{2}})[ ]{_CLOCK}(?![ ][AP]M)"  # month first: rich; year first: Spark, Hadoop
    rf"|\d{{1,2}}/\d{{1,2}}/\d{{4}},?[ ]{_HALF}"  # month first, twelve hours: .NET, JavaScript in American English
    rf"|\d{{2}}\.\d{{2}}\.(?:\d{{4}}|\d{{2}})[ ]{_CLOCK}"  # day first: German and Russian
    rf"|(?:20)?\d{{2}}[01]\d[0-3]\d[ T-][ ]?{_CLOCK}{_ZONE}"  # no signs between: Tornado, old MySQL
    r"|20\d{2}[01]\d[0-3]\dT[0-2]\d[0-5]\d[0-5]\d(?:[.,]\d{1,9})?Z?"  # ISO 8601's basic form
    rf"|\d{{2}}-\d{{2}}-\d{{4}}[ ]{_CLOCK}"  # day first
    rf"|(?:{_DAY},[ ])?\d{{1,2}}[/ -]{_MON}[/ -]\d{{4}}[: ]:?{_CLOCK}{_ZONE}"  # CLF, werkzeug, Redis, RFC 5322, Erlang
    rf"|(?:{_DAY}[ ])?{_MON}[ -][ \d]\d(?:[ ]\d{{4}})?[ ]{_CLOCK}(?:[ ]\d{{4}})?"  # RFC 3164, ctime, Apache
    rf"|{_MON}\.?[ ]\d{{1,2}},[ ]\d{{4}},?[ ]{_HALF}"  # java.util.logging
    r"|\d{10}\.\d{1,9}|\d{13}(?!\d)|\d{16}(?!\d)|\d{19}(?!\d)"  # epoch s, ms, µs, ns
    r"|1\.\d{2,15}e\+09\b"  # epoch s as Go prints a large number: zap
)
"""Regular expression source, fit for verbose mode: a timestamp that names a day (a missing year counts)."""

_COMPACT = r"\d{2}[01]\d[0-3]\d[ ][0-2]\d[0-5]\d[0-5]\d(?=[ ]\d+[ ])"  # Hadoop's old layout, with a thread's number

_MINUTE = r"(?:\d{4}[-/.]\d{2}[-/.]\d{2}|[01]\d-[0-3]\d)[ ]\d{2}:\d{2}(?=[ \]|;-])"
_SHORT = rf"[01]\d-[0-3]\d[ ]{_CLOCK}|\d{{2}}-\d{{2}}-\d{{2}}[ ]{_CLOCK}|\d{{1,2}}:\d{{2}}(?::\d{{2}})?[ ]?[AP]M"

ANY = rf"{DATED}|{_MINUTE}|{_SHORT}|{_CLOCK}|{_COMPACT}|1\d{{9}}(?=[ \t|\]])"
"""Regular expression source: the same, or a time of day alone, or what is too like other numbers where no level
follows: a minute, a day without its year (or of which nobody knows which number is the year), twelve hours, digits
without signs, whole epoch seconds."""

_BEHIND = rf"(?:{_GAP}[AP]M)?(?:[ ]?[A-Z]{{1,4}})?(?:[ ]?[+-][\d:]{{2,6}}|e\+09)?"
LIKE = (
    rf"(?:[A-Z][a-z][a-z],?[ ])?\d[\d:.,/T_ -]{{3,40}}{_BEHIND}"
    rf"|(?:[A-Z][a-z][a-z],?[ ])?(?:\d{{1,2}}[/ -])?[A-Z][a-z]{{2,8}}[./ -][\d/: ,.-]{{4,40}}{_BEHIND}"
)
"""Regular expression source: all that `ANY` finds and more, in a tenth of its parts."""

_CLOCK_GROUPS = r"(?P<h>\d{2}):(?P<mi>\d{2}):(?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?"
_HALF_GROUPS = rf"(?P<h>\d{{1,2}}):(?P<mi>\d{{2}}):(?P<s>\d{{2}})(?:[.,](?P<f>\d{{1,9}}))?{_GAP}(?P<half>[AP]M)"
_ZONE_GROUP = rf" ?(?P<z>{_NAMES}|[+-]\d{{2}}(?::?\d{{2}})?)?"
_PARSERS = tuple(
    lazy(source)
    for source in (
        rf"(?:{_DAY},? )?(?P<y>\d{{4}})[-/.](?P<mo>\d{{2}})[-/.](?P<d>\d{{2}})[T _]"
        rf"{_CLOCK_GROUPS}(?: (?P<half>[AP]M))?{_ZONE_GROUP}$",
        r"(?P<y>\d{4})[-/.](?P<mo>\d{2})[-/.](?P<d>\d{2}) (?P<h>\d{2}):(?P<mi>\d{2})$",
        r"(?P<mo>\d{2})-(?P<d>\d{2}) (?P<h>\d{2}):(?P<mi>\d{2})(?::(?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
        r"(?: (?P<z>[+-]\d{4}))?$",
        r"(?P<y>20\d{2})(?P<mo>\d{2})(?P<d>\d{2})T(?P<h>\d{2})(?P<mi>\d{2})(?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?(?P<z>Z)?$",
        rf"(?P<d>\d{{2}})-(?P<mo>\d{{2}})-(?P<y>\d{{4}}) {_CLOCK_GROUPS}$",
        rf"(?:{_DAY}, )?(?P<d>\d{{1,2}})[/ -](?P<mon>{_MON})[/ -](?P<y>\d{{4}})[: ]:?{_CLOCK_GROUPS}{_ZONE_GROUP}$",
        rf"(?P<d>1[3-9]|2\d|3[01])/(?P<mo>\d{{2}})/(?P<y>\d{{4}}) {_CLOCK_GROUPS}$",  # no month: the day stands first
        rf"(?P<mo>\d{{2}})/(?P<d>\d{{2}})/(?P<y>\d{{4}}|\d{{2}}) {_CLOCK_GROUPS}$",
        rf"(?P<y>\d{{2}})/(?P<mo>\d{{2}})/(?P<d>\d{{2}}) {_CLOCK_GROUPS}$",  # since 2013 the year is no month
        r"(?P<y>\d{2})(?P<mo>\d{2})(?P<d>\d{2}) (?P<h>\d{2})(?P<mi>\d{2})(?P<s>\d{2})$",
        rf"(?P<mo>\d{{1,2}})/(?P<d>\d{{1,2}})/(?P<y>\d{{4}}),? {_HALF_GROUPS}$",
        rf"(?P<d>\d{{2}})\.(?P<mo>\d{{2}})\.(?P<y>\d{{4}}|\d{{2}}) {_CLOCK_GROUPS}$",
        rf"(?P<y>20\d{{2}}|\d{{2}})(?P<mo>\d{{2}})(?P<d>\d{{2}})[ T-] ?{_CLOCK_GROUPS}{_ZONE_GROUP}$",
        rf"(?P<mon>{_MON})\.? (?P<d>\d{{1,2}}), (?P<y>\d{{4}}),? {_HALF_GROUPS}$",
        rf"(?P<mo>\d{{2}})(?P<d>\d{{2}}) {_CLOCK_GROUPS}$",  # glog
        rf"(?:{_DAY} )?(?P<mon>{_MON})[ -](?P<d>[ \d]\d)(?: (?P<y>\d{{4}}))? {_CLOCK_GROUPS}(?: (?P<y2>\d{{4}}))?$",
    )
)
_SECONDS = lazy(r"([0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:)([0-9]{2})(?:[.,]([0-9]{1,9}))?")
_FRACTION = lazy(r"(?<=\d\d:\d\d:\d\d)[.,]([0-9]{1,9})(?![0-9:])")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_AHEAD = timedelta(days=31) // _MICROSECOND


class Clock:
    """Parses raw timestamps. `zone` holds for naive ones; `reference` (µs, UTC) dates those without a year."""

    def __init__(self, zone: tzinfo, reference: int) -> None:
        self.zone = zone
        self.reference = reference
        self._seen: dict[str, int | None] = {}
        self._minutes: dict[str, int | None] = {}

    def parse(self, raw: str) -> int | None:
        """µs since the epoch, UTC; None where `raw` is no point in time."""
        found = _SECONDS.fullmatch(raw)
        if found is not None:
            start = self._minute(found[1])
            if start is not None:
                return start + min(int(found[2]), 59) * 1_000_000 + (int((found[3] + "000000")[:6]) if found[3] else 0)
        try:
            return self._seen[raw]
        except KeyError:
            if len(self._seen) >= 10_000:
                self._seen.clear()
            value = self._seen[raw] = self._by_second(raw)
            return value

    def _by_second(self, raw: str) -> int | None:
        """The same by the second, which many times share, and its fraction."""
        fraction = _FRACTION.search(raw)
        if fraction is None:
            return self._parse(raw)
        second = self.parse(raw[: fraction.start()] + raw[fraction.end() :])
        if second is None or abs(second - self.reference - _AHEAD) <= 1_000_000:  # the year may hang on the fraction
            return self._parse(raw)
        return second + int((fraction[1] + "000000")[:6])

    def _minute(self, raw: str) -> int | None:
        """When a minute begins that is written in ISO's shape and without a zone; None where it is none, or where the
        clock is set within it."""
        if raw not in self._minutes:
            if len(self._minutes) >= 10_000:
                self._minutes.clear()
            start, last = self._parse(f"{raw}00"), self._parse(f"{raw}59")
            whole = start is not None and last is not None and last - start == 59_000_000
            self._minutes[raw] = start if whole else None
        return self._minutes[raw]

    def _parse(self, raw: str) -> int | None:
        if raw[:1].isdigit() and raw.replace(".", "", 1).isdigit():
            return _epoch(raw)
        if raw.endswith("e+09"):
            return round(float(raw) * 1_000_000)
        for parser in _PARSERS:
            found = parser.match(raw)
            if found and (when := self._build(found.groupdict())) is not None:
                return when
        return None

    def _build(self, part: dict[str, str | None]) -> int | None:
        month = int(part.get("mo") or 0) or _MONTHS.get((part.get("mon") or "").lower()[:3], 0)
        micro = int(((part.get("f") or "") + "000000")[:6])
        hour = int(part["h"] or 0)
        if part.get("half"):
            hour = hour % 12 + (12 if part["half"] == "PM" else 0)
        clock = (hour, int(part["mi"] or 0), min(int(part.get("s") or 0), 59), micro)
        zone = _zone(part.get("z")) or self.zone
        year = part.get("y") or part.get("y2")
        years = [int(year) + (2000 if len(year) == 2 else 0)] if year else self._years()
        best: int | None = None
        for candidate in years:
            try:
                when = datetime(candidate, month, int(part["d"] or 0), *clock, tzinfo=zone)
                micros = (when - _EPOCH) // _MICROSECOND
            except (ValueError, OverflowError):  # 29 February of an ordinary year, month 13, the year 0
                continue
            if year or micros <= self.reference + _AHEAD:
                best = micros
        return best

    def _years(self) -> list[int]:
        year = (_EPOCH + timedelta(microseconds=self.reference)).year
        return list(range(year - 8, year + 2))  # eight back: 29 February can be that rare


def _zone(name: str | None) -> tzinfo | None:
    if not name:
        return None
    if name in _ZONES:
        return timezone(timedelta(minutes=_ZONES[name]))
    digits = name[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    if offset >= timedelta(hours=24):
        return None
    return timezone(-offset if name[0] == "-" else offset)


def _epoch(raw: str) -> int | None:
    """Epoch seconds with or without a fraction, milliseconds (13 digits), microseconds (16) or nanoseconds (19)."""
    whole, _, fraction = raw.partition(".")
    if len(whole) == 10:
        return int(whole) * 1_000_000 + int((fraction + "000000")[:6])
    if len(whole) == 13:
        return int(whole) * 1_000
    if len(whole) == 16:
        return int(whole)
    if len(whole) == 19:
        return int(whole) // 1_000
    return None
