"""The same few records through one logger after another: records.py LOGGER."""

import logging
import sys


def fail():
    try:
        {"a": 1}["coupon"]
    except KeyError as error:
        raise RuntimeError("no such coupon") from error


def fail_twice():
    raise ExceptionGroup("two failed", [ValueError("bad payload"), TypeError("not a number")])


def by_logging(formatter):
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    return logging.getLogger("shop.orders")


def by_structlog(last, **stamp):
    import structlog
    from structlog import processors as p

    exceptions = p.dict_tracebacks if sys.argv[1] == "structlog-dict" else p.format_exc_info
    structlog.configure(processors=[p.add_log_level, p.TimeStamper(fmt="iso", **stamp), exceptions, *last(p)])
    return structlog.get_logger()


def logger(name):
    if name in ("structlog", "structlog-dict"):
        return by_structlog(lambda p: [p.JSONRenderer()])
    if name == "structlog-logfmt":
        return by_structlog(lambda p: [p.EventRenamer("msg"), p.LogfmtRenderer(key_order=["ts", "level", "msg"])], key="ts")
    if name == "python-json-logger":
        from pythonjsonlogger.json import JsonFormatter

        return by_logging(JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    if name == "ecs-logging":
        import ecs_logging

        return by_logging(ecs_logging.StdlibFormatter())
    if name == "logstash-async":
        from logstash_async.formatter import LogstashFormatter

        return by_logging(LogstashFormatter())
    if name == "logfmter":
        from logfmter import Logfmter

        names = {"ts": "asctime", "level": "levelname", "logger": "name"}
        return by_logging(Logfmter(keys=list(names), mapping=names))
    from loguru import logger as log

    log.remove()
    log.add(sys.stdout, serialize=True)
    return log


log = logger(sys.argv[1])
log.info("started")
try:
    fail()
except RuntimeError:
    log.exception("order failed")
try:
    fail_twice()
except ExceptionGroup:
    log.exception("batch failed")
log.warning("slow")
log.error("gateway refused")
print("this line went past the logger")
