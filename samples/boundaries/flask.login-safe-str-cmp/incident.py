"""A shop with logins is started beside Werkzeug 2.1. Flask-Login 0.2.4 is the first that runs on Python 3, which that
Werkzeug needs; 0.2.3 is run on Python 2.7."""

import werkzeug

print("starting the shop with Werkzeug " + werkzeug.__version__)
import flask
import flask_login

manager = flask_login.LoginManager()
manager.init_app(flask.Flask("shop"))
print("%s is ready" % type(manager).__name__)
