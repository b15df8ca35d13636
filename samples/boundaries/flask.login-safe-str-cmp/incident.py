"""A shop with logins is started beside Werkzeug 2.1. Flask-Login 0.2.4 is the first that runs on Python 3, which that
Werkzeug needs; 0.2.3 is run on Python 2.7."""

import pkg_resources

print("starting the shop with Werkzeug " + pkg_resources.get_distribution("werkzeug").version)
import flask
import flask_login

manager = flask_login.LoginManager()
manager.init_app(flask.Flask("shop"))
print("%s is ready" % type(manager).__name__)
