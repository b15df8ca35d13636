"""Calls that fail, each logged."""

import asyncio
import logging
import mmap
import resource
import smtplib
import socket
import sys
import urllib.request

import psycopg2
import redis
import sqlalchemy
from drive import leaves

HABIT = sys.argv[1]
log = logging.getLogger("shop.stock")
if HABIT == "json":
    import structlog

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ]
    )
    log = structlog.get_logger()
elif HABIT == "line":
    logging.basicConfig(format="[%(asctime)s: %(levelname)s/%(processName)s] %(message)s")
else:
    logging.basicConfig(format="%(asctime)s,%(msecs)03d %(levelname)s [%(name)s:%(lineno)d] %(message)s", datefmt="%F %T")
QUEUE, REMOTE = "queue.example.com", "198.51.100.7"


def by_socket(host):
    socket.create_connection((host, 5672), timeout=5)


def by_urllib(host):
    urllib.request.urlopen(f"http://{host}/rates", timeout=5)


def by_smtp(host):
    smtplib.SMTP(host, 25, timeout=5)


def by_asyncio(host):
    asyncio.run(asyncio.open_connection(host, 5672))


def by_redis(host):
    redis.Redis(host=host).ping()


def by_psycopg2(host):
    psycopg2.connect(host=host, user="shop", dbname="shop", connect_timeout=5)


def by_sqlalchemy(host):
    sqlalchemy.create_engine(f"postgresql+psycopg2://shop@{host}/shop").connect()


def map_too_much(host):
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, hard))
    try:
        mmap.mmap(-1, 8 << 30)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


CALLS = (by_socket, by_urllib, by_smtp, by_asyncio, by_redis, by_psycopg2, by_sqlalchemy)
ACTS = [(call, QUEUE, "os.dns-temporary-failure") for call in CALLS]
ACTS += [(call, REMOTE, "os.no-route") for call in CALLS]
ACTS += [(map_too_much, "here", "os.enomem")]
OTHERS = {(by_redis, QUEUE): "redis.dns"}
for act, host, signature in ACTS:
    try:
        act(host)
    except Exception as error:
        if HABIT == "line":
            log.error("%s failed: %s", act.__name__, error)
        elif HABIT == "json":
            log.exception("failed", act=act.__name__)
        else:
            log.exception("%s failed", act.__name__)
        leaves(OTHERS.get((act, host), signature))
    else:
        raise SystemExit(f"{act.__name__} {host} did not fail")
