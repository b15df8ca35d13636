"""Django asks for tables that no migration made.

A view lists orders, counts them, and saves one while PostgreSQL has no such table; gunicorn serves it. Django logs each with its
traceback. Then the same by psycopg and asyncpg alone.

Services: postgres
Packages: django==5.2.7 psycopg[binary]==3.2.3 gunicorn==23.0.0 asyncpg==0.30.0 setuptools==75.0.0 | django==3.2.25 psycopg2-binary==2.9.9 gunicorn==20.1.0 asyncpg==0.27.0 setuptools==65.5.0
Leaves: django.relation-does-not-exist 5
"""

import asyncio
import logging
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.http import HttpResponse
from django.urls import path

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"shop": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "shop"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django": {"handlers": ["console"], "propagate": False}},
}
DATABASE = {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": os.environ["PGDATABASE"],
    "USER": os.environ["PGUSER"],
    "HOST": os.environ["PGHOST"],
    "PORT": os.environ["PGPORT"],
}
settings.configure(
    ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], DATABASES={"default": DATABASE}, LOGGING=LOGGING, SECRET_KEY="example"
)
application = get_wsgi_application()


class Order(models.Model):
    class Meta:
        app_label = "orders"


def listed(request):
    return HttpResponse(str(list(Order.objects.all())))


def counted(request):
    return HttpResponse(str(Order.objects.count()))


def saved(request):
    Order.objects.create()


urlpatterns = [path("list", listed), path("count", counted), path("save", saved)]


async def by_asyncpg():
    import asyncpg

    connected = await asyncpg.connect()
    try:
        await connected.fetch("SELECT id FROM orders_order")
    finally:
        await connected.close()


def by_cursor():
    with connection.cursor() as cursor:
        cursor.connection.cursor().execute("SELECT id FROM orders_order")


if __name__ == "__main__":
    port = os.environ["CLOSED_PORT"]
    server = subprocess.Popen([sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "incident:application"])
    time.sleep(3)
    for name in ("list", "count", "save"):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/{name}", timeout=20)
        except urllib.error.HTTPError as error:
            assert error.code == 500
    server.terminate()
    server.wait(20)
    for act in (lambda: asyncio.run(by_asyncpg()), by_cursor):
        try:
            act()
        except Exception:
            logging.getLogger("shop").exception("no orders under %s", django.get_version())
