"""An application opens its SQLite database by a relative path. Flask-SQLAlchemy before 1.0 imports what SQLAlchemy
lost, which is told in place of the traceback."""

import warnings
from importlib.metadata import version

warnings.simplefilter("ignore")  # old releases use what later ones deprecate
print(f"Flask-SQLAlchemy {version('flask-sqlalchemy')}, SQLAlchemy {version('sqlalchemy')}", flush=True)
import flask

try:
    from flask_sqlalchemy import SQLAlchemy
except ImportError as error:
    print(str(error).partition(" (")[0])
    raise SystemExit from None
app = flask.Flask("shop")
app.config.update(SQLALCHEMY_DATABASE_URI="sqlite:///shop.db", SQLALCHEMY_TRACK_MODIFICATIONS=False)
with app.app_context():
    print(SQLAlchemy(app).engine.name, "is there")
