"""A shop with forms is started beside Werkzeug 3."""

from importlib.metadata import version

print(f"starting the shop with Werkzeug {version('werkzeug')}", flush=True)
import flask_wtf

print(f"{flask_wtf.FlaskForm} is ready")
