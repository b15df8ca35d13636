"""Which versions of packages the text of an event shows.

Pure, and of the event's own lines alone. Only what a program prints of itself counts: its banner, the folder that a
frame's file lies in, the address of its own manual in its message. A server's name in a header, or a client's in an
access line, may be another machine's, so those are left out. Where an event shows two versions of one package, it shows
none.
"""

from logscan.lazyre import lazy

_NAME_VERSION = r"(?P<name>[A-Za-z][\w.]*(?:-[A-Za-z][\w.]*)*)-(?P<version>\d[\w.+!]*)"

_SHOWN = (
    # the path of a frame: an egg, an unpacked wheel (pex), a package of conda's, of Nix's
    ((".egg", ".whl"), lazy(rf"[/\\]{_NAME_VERSION}-(?:py[\w.]*(?:-[\w.]+)*\.egg|[\w.]+-[\w.]+-[\w.]+\.whl)[/\\]")),
    (("/pkgs/",), lazy(rf"/pkgs/{_NAME_VERSION}-[\w.]+/(?:lib|site-packages)/")),
    (("/nix/store/",), lazy(rf"/nix/store/[0-9a-z]{{32}}-python\d\.\d+-{_NAME_VERSION}/lib/python")),
    # banners
    (("Starting g",), lazy(r"(?m)^(?:\[[^\]\n]*\] ?){0,3}Starting (?P<name>gunicorn) (?P<version>\d[\w.]*)$")),
    (("uvicorn/",), lazy(r"(?P<name>uvicorn)(?<![^\n]uvicorn)/(?P<version>\d[\w.]*)\b(?! *\()")),
    (("INFO:",), lazy(r"INFO:(?<![^\n]INFO:) +(?P<name>uvicorn)/(?P<version>\d[\w.]*)\b(?! *\()")),
    (("celery@",), lazy(r"(?m)^[- *]*(?P<name>celery)@\S+ v(?P<version>\d[\w.]*) \(")),
    (("Django v",), lazy(r"(?m)^(?P<name>Django) version (?P<version>\d[\w.]*), using settings")),
    (("uWSGI ",), lazy(r"(?P<name>uWSGI) (?P<version>\d[\w.]*) \(\d\dbit\) on \[")),
)
"""Texts one of which stands in all that a pattern finds, and the pattern: most texts hold none of them."""
_SERIES = (
    ("pydantic.dev/", lazy(r"errors\.(?P<name>pydantic)\.dev/(?P<version>\d+\.\d+)/")),
    # begins with a literal, which the engine skips to: a traceback is full of such paths, and of slashes
    ("python", lazy(r"(?P<name>python)(?<=[/\\]python)(?P<version>[23]\.\d+)[/\\]")),
)
_ELSE = ("\\", *(hint for hints, _ in _SHOWN for hint in hints if "/" not in hint and hint not in (".egg", ".whl")))
"""What else but a slash stands in every text that shows something."""
_SQLALCHEMY = lazy(r"//sqlalche\.me/e/(\d)(\d)/")
_RUNS = lazy(r"[-_.]+")


def versions(text: str) -> dict[str, str]:
    """{normal name of a package: version} that a text shows; `2.0.*` where only the series is told."""
    found: dict[str, list[str]] = {}
    for name, version in mentions(text):
        found.setdefault(name, []).append(version)
    return {name: only for name, (only, *others) in found.items() if not others}


def mentions(text: str) -> tuple[tuple[str, str], ...]:
    """All (package, version) that a text shows, each once, sorted: what `versions` makes of lines is made of theirs."""
    if "/" not in text and not any(map(text.__contains__, _ELSE)):
        return ()  # what almost all lines show
    found: set[tuple[str, str]] = set()
    for hints, pattern in _SHOWN:
        for hint in hints:
            if hint in text:
                found.update((normal_name(match["name"]), match["version"]) for match in pattern.finditer(text))
                break
    for hint, pattern in _SERIES:
        if hint in text:
            found.update((match["name"], f"{match['version']}.*") for match in pattern.finditer(text))
    if "//sqlalche.me/" in text:
        found.update(("sqlalchemy", f"{match[1]}.{match[2]}.*") for match in _SQLALCHEMY.finditer(text))
    return tuple(sorted(found))


def normal_name(name: str) -> str:
    """A package's name as the index compares it (https://peps.python.org/pep-0503/#normalized-names)."""
    return _RUNS.sub("-", name).lower()
