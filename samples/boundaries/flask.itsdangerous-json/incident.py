"""An application of Flask is made beside ItsDangerous 2.1. Flask 0.10 is the first that runs on Python 3, which
ItsDangerous 2 needs, and the first that uses it; 0.9 is run on Python 2.7."""

try:
    import itsdangerous

    print("starting the shop with ItsDangerous " + itsdangerous.__version__)
except ImportError:
    print("starting the shop without ItsDangerous")
import flask

print("%r is ready" % flask.Flask("shop"))
