"""A shop with logins is started beside Werkzeug 3."""

from importlib.metadata import version

print(f"starting the shop with Werkzeug {version('werkzeug')}", flush=True)
import flask
import flask_login

print(f"{flask_login.LoginManager(flask.Flask('shop'))} is ready")
