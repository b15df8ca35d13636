"""How the reader looks at a report: decided by the command line, the same for every renderer."""

import msgspec


class View(msgspec.Struct, frozen=True):
    """width    cells a line; 40 to 200 are used
    color    colours may be written
    links    terminal hyperlinks (OSC 8) may be written
    verbose  frames, chains and every group too
    top      incidents that reports for people show; None: what fits them
    now      when the report is written, RFC 3339; None where nobody said
    """

    width: int = 80
    color: bool = False
    links: bool = False
    verbose: bool = False
    top: int | None = None
    now: str | None = None
