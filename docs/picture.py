"""Draw docs/report.svg: the real report of samples/shop/shop.log, in colour, as a terminal of 80 columns shows it.

python docs/picture.py
"""

import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

HERE = Path(__file__).parent


def main() -> None:
    """Run the command, and write what it prints as an SVG."""
    command = [sys.executable, "-m", "logscan", "--color", "always", "--tz", "UTC", "samples/shop/shop.log"]
    environment = {**os.environ, "COLUMNS": "80"}
    done = subprocess.run(command, cwd=HERE.parent, env=environment, capture_output=True, text=True, check=True)
    console = Console(record=True, width=80, file=Path(os.devnull).open("w"), force_terminal=True)  # noqa: SIM115
    console.print(Text.from_ansi(done.stdout))
    svg = console.export_svg(title="logscan samples/shop/shop.log", font_aspect_ratio=0.61)
    # the fonts that the template names lie on other hosts; a plain monospace does as well, and asks nobody
    head, _, rest = svg.partition("@font-face")
    _, _, tail = rest.rpartition("}\n\n    .terminal") if "}\n\n    .terminal" in rest else ("", "", "")
    (HERE / "report.svg").write_text((head + ".terminal" + tail) if tail else svg)


if __name__ == "__main__":
    main()
