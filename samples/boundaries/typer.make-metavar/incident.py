"""A command's help is asked for, beside click 8.2. Typer 0.15.4 holds click below 8.2 itself; it is run with it all the same."""

import sys
from importlib.metadata import version

print(f"asking with click {version('click')}", flush=True)
import typer


def main(item: str = "tea", count: int = typer.Option(1, help="How many.")) -> None:
    print(item, count)


sys.argv = ["shop", "--help"]
typer.run(main)
