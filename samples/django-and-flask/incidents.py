"""Django and Flask: contexts, settings and transactions used out of place

Small programs that start without settings or before the applications are loaded, queries in a broken transaction or on the event loop, foreign
hosts, async_to_sync where a loop runs; in Flask, threads without a context.
"""

# log: app.log | 3.11 | django==5.2.7 asgiref==3.10.0 flask==3.1.2
# log: releases-2021.log | 3.8 | django==3.2.8 asgiref==3.4.1 flask==2.0.2 werkzeug==2.0.2

import asyncio
import logging
import threading

import django
from asgiref.sync import async_to_sync
from django.conf import settings
from drive import finished, leaves

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
log = logging.getLogger("shop.orders")


def caught(signature, times, act):
    """Do it so many times, and log what it raises."""
    for _ in range(times):
        log.warning("taking an order")
        try:
            act()
        except Exception:
            log.exception("order failed")
        else:
            raise SystemExit(f"{signature} did not come")
    leaves(signature, times)


for _ in range(2):
    finished("-c", "from django.conf import settings; print(settings.DEBUG)")
    leaves("django.settings-not-configured")
    finished("-c", "from django.conf import settings; settings.configure(); import django.contrib.auth.models")
    leaves("django.app-registry-not-ready")

settings.configure(
    ALLOWED_HOSTS=["shop.example.com"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    USE_TZ=True,
)
django.setup()

from django.db import IntegrityError, connection, transaction  # noqa: E402
from django.test import RequestFactory  # noqa: E402


def broken_transaction():
    with transaction.atomic(), connection.cursor() as cursor:
        try:
            with transaction.atomic(savepoint=False):
                cursor.execute("INSERT INTO orders VALUES (1)")
        except IntegrityError:
            pass
        cursor.execute("SELECT 1")


with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE orders (id integer PRIMARY KEY)")
    cursor.execute("INSERT INTO orders VALUES (1)")
caught("django.transaction-broken", 3, broken_transaction)
caught("django.disallowed-host", 4, lambda: RequestFactory().get("/", HTTP_HOST="203.0.113.7").get_host())


async def on_the_loop():
    connection.cursor()


async def nested():
    async_to_sync(on_the_loop)()


caught("django.sync-only-operation", 2, lambda: asyncio.run(on_the_loop()))
caught("asgiref.async-to-sync-loop", 2, lambda: asyncio.run(nested()))

import flask  # noqa: E402

application = flask.Flask("shop")
caught("flask.outside-app-context", 3, lambda: flask.current_app.name)
caught("flask.outside-request-context", 2, lambda: flask.request.args)


def in_a_thread():
    try:
        flask.session["basket"]
    except RuntimeError:
        log.exception("thread failed")


thread = threading.Thread(target=in_a_thread)
thread.start()
thread.join()
leaves("flask.outside-request-context")
