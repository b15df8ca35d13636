"""Events, summaries and reports made by hand, for tests of what comes after the scanner."""

from datetime import datetime
from typing import Any

import msgspec

from logscan.model import Event, Frame, Link
from logscan.report import Options, Report, RulesInfo
from logscan.reportbuild import report
from logscan.sigmodel import Affected, Fix, LookAlike, Now, Reference, Remediation
from logscan.summary import Source, Summary, SummaryBuilder

RULES = RulesInfo("d1", 7, ("bundled",))
OPTIONS = Options("error", None, None, "UTC", "2026-11-22T03:04:00Z")


def at(text: str) -> int:
    """µs of a UTC time such as `2026-11-22 02:41:07`."""
    return int(datetime.fromisoformat(f"{text}+00:00").timestamp()) * 1_000_000


def event(**changes: Any) -> Event:
    """An ordinary event of the source app.log; `changes` by field."""
    base = Event(
        source="app.log",
        stream="main",
        offset=0,
        length=100,
        first_line=1,
        last_line=4,
        lines=None,
        trace_first_line=None,
        trace_last_line=None,
        time=at("2026-11-22 02:41:07"),
        level="error",
        severity="error",
        language=None,
        exception=None,
        message="it broke",
        chain=(),
        frames=(),
        signature=None,
        also=(),
        follows=None,
        fingerprint="9f3ac1d000000000",
        coarse="c0ffee0000000000",
        title="it broke",
        action="ticket",
        facts={},
        resource={},
        incomplete=None,
        truncated=False,
        interleaved=False,
        text="it broke",
    )
    return msgspec.structs.replace(base, **changes)


class Sig(msgspec.Struct, frozen=True):
    """As much of a signature as a report needs."""

    title: str
    severity: str
    action: str
    remediation: Remediation
    affected: tuple[Affected, ...] = ()
    look_alikes: tuple[LookAlike, ...] = ()


SIGNATURES = {
    "sqlalchemy.pool-exhausted": Sig(
        "SQLAlchemy: connection pool exhausted",
        "critical",
        "page",
        Remediation(
            summary="close sessions with a context manager, then size the pool",
            now=Now("who holds them: SELECT pid, state, query FROM pg_stat_activity"),
            links=(Reference("https://sqlalche.me/e/20/3o7r", "docs"),),
        ),
    ),
    "uvicorn.h11-keepalive-send-response": Sig(
        "uvicorn: keep-alive timer fires while a response is pending",
        "error",
        "ticket",
        Remediation(
            summary="upgrade uvicorn",
            fixes=(Fix("upgrade", "uvicorn", "0.27.1", "https://github.com/encode/uvicorn/pull/2243"),),
        ),
    ),
    "uvicorn.h11-state-error": Sig(
        "connection already in ERROR when the app sends",
        "error",
        "ticket",
        Remediation(summary="mend the cause"),
    ),
    "httpx.read-timeout": Sig("httpx: read timeout", "warning", "watch", Remediation(summary="raise the limit")),
}

CART = (
    Frame("/usr/local/lib/python3.11/site-packages/starlette/routing.py", 74, "app", None, "starlette.routing"),
    Frame("/srv/app/shop/cart.py", 88, "apply_discount", 'total -= PRICES[order["coupon"]]', "shop.cart"),
)
RESOURCE = {"service.name": "shop.service", "host.name": "web01"}
LOG = Source(
    "-",
    "-",
    "journald-json",
    388_000_000,
    412_880,
    1366,
    at("2026-11-21 23:04:10"),
    at("2026-11-22 03:04:00"),
)


def own_bug(**changes: Any) -> Event:
    """A KeyError of the application, with frames and a cause."""
    fields: dict[str, Any] = {
        "language": "python",
        "exception": "KeyError",
        "message": "'coupon'",
        "title": "KeyError: 'coupon'",
        "frames": CART,
        "chain": (Link("ValueError", "no such coupon: 'XMAS'", "context"),),
        "text": "order failed\nTraceback (most recent call last):\n  …\nKeyError: 'coupon'",
    }
    return event(**fields | changes)


def night() -> SummaryBuilder:
    """Four hours of a shop at night: a page, an own bug, a ticket with its follow-on, something to watch."""
    builder = SummaryBuilder()
    builder.bytes, builder.lines = LOG.bytes, LOG.lines
    builder.source(LOG)
    builder.mark(at("2026-11-22 02:39:51"), "restart")
    builder.lost_upstream["journald_suppressed"] = 512
    start = at("2026-11-22 02:41:07")
    common: dict[str, Any] = {"source": "-", "resource": RESOURCE, "language": "python"}
    for n in range(1204):
        place = Frame("/srv/app/shop/orders.py", 212, "list_orders", None, "shop.orders")
        if n % 9 == 0:
            place = Frame("/srv/app/shop/jobs.py", 31 + n % 2, "nightly", None, "shop.jobs")
        builder.add(
            event(
                **common,
                offset=n * 1000,
                time=start + n * n * 1_000_000 * 1373 // 1204**2,
                signature="sqlalchemy.pool-exhausted",
                exception="sqlalchemy.exc.TimeoutError",
                message="QueuePool limit of size 5 overflow 10 reached",
                frames=(place,),
                fingerprint=f"{place.line:016x}",
                action="page",
            )
        )
    for n in range(17):
        builder.add(own_bug(**common | {"offset": n, "time": at("2026-11-22 02:39:58") + n * 61_000_000}))
    for n in range(61):
        when = at("2026-11-21 23:30:00") + n * 200_000_000
        builder.add(
            event(
                **common,
                offset=n,
                time=when,
                signature="uvicorn.h11-keepalive-send-response",
                fingerprint="a" * 16,
            )
        )
        builder.add(
            event(
                **common,
                offset=n + 500,
                time=when,
                signature="uvicorn.h11-state-error",
                follows="uvicorn.h11-keepalive-send-response",
                fingerprint="b" * 16,
            )
        )
    for n in range(23):
        when = at("2026-11-21 23:10:00") + n * 600_000_000
        builder.add(
            event(
                **common,
                offset=n,
                time=when,
                signature="httpx.read-timeout",
                fingerprint="d" * 16,
                action="watch",
            )
        )
    return builder


def report_of(summary: Summary, **changes: Any) -> Report:
    """The report with the signatures above."""
    return report(summary, RULES, OPTIONS, SIGNATURES, **changes)
