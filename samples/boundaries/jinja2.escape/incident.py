"""An application of Flask is made beside Jinja2 3.1. Flask 0.10 is the first that runs on Python 3, which Jinja2 3 needs;
0.9 is run on Python 2.7, where pip brings the Jinja2 that fits."""

import jinja2

print("starting the shop with Jinja2 " + jinja2.__version__)
import flask

print("%r is ready" % flask.Flask("shop"))
