"""A template is rendered beside MarkupSafe 2.1. Jinja2 2.6 has a copy of its own to fall back on, and asks for MarkupSafe only
in case it is there; it is run on Python 3.6, beside the last MarkupSafe of that."""

import markupsafe

print("starting with MarkupSafe " + markupsafe.__version__)
import jinja2

print(jinja2.Template("{{ tea }} costs 3").render(tea="tea"))
