"""An application of Flask is made. Flask 2.0.0 to 2.2.3 let Werkzeug 3 in and import from it what is no longer there;
Flask 1.1.4 lets no Werkzeug but 1 in."""

import warnings
from importlib.metadata import version

warnings.simplefilter("ignore")  # old releases use what later Pythons deprecate
print(f"starting the shop with Werkzeug {version('werkzeug')}", flush=True)
import flask

print(f"{flask.Flask('shop')} is ready")
