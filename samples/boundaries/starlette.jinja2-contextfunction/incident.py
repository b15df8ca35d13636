"""An application with templates is made beside Jinja2 3.1: in the way of 0.11, before in that of 0.8.1; 0.8.0 has none."""

from importlib.metadata import version

print(f"starting the shop with Jinja2 {version('jinja2')}", flush=True)
import inspect

from starlette.applications import Starlette

if "template_directory" in inspect.signature(Starlette.__init__).parameters:
    print(f"{Starlette(template_directory='templates')} is ready")
elif version("starlette") == "0.8.0":
    print(f"{Starlette()} is ready, without templates")
else:
    from starlette.templating import Jinja2Templates

    print(f"{Jinja2Templates(directory='templates')} is ready")
