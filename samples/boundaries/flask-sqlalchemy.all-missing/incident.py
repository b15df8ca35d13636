"""An application defines a model. Flask-SQLAlchemy before 1.0 imports what SQLAlchemy lost, which is told in place of
the traceback."""

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
app.config.update(SQLALCHEMY_DATABASE_URI="sqlite://", SQLALCHEMY_TRACK_MODIFICATIONS=False)
db = SQLAlchemy(app)


class Order(db.Model):
    """A row."""

    id = db.Column(db.Integer, primary_key=True)


print(Order.__table__.columns.keys())
