"""`multiprocessing.Process` targets that fail: `Process Worker-1:` comes first."""
# python: 2.7-
# headers: bare asctime
# keep: all
import multiprocessing

from stage import failing, healthy


def work(number):
    return 10 // number


def chained(number):
    try:
        work(number)
    except ZeroDivisionError:
        raise RuntimeError("worker stopped")


if __name__ == "__main__":
    if hasattr(multiprocessing, "set_start_method"):
        multiprocessing.set_start_method("fork")
    for name, target in (("Worker-1", work), (None, chained)):
        healthy()
        with failing(prelude=1) as event:
            process = multiprocessing.Process(target=target, args=(0,), name=name)
            process.start()
            process.join()
            if target is work:
                event.set(exceptions=["ZeroDivisionError"])
            else:
                event.set(exceptions=["RuntimeError"], messages=["worker stopped"])
                event.set(chain=[(["ZeroDivisionError"], "context")] if hasattr(Exception, "__cause__") else [])
    healthy()
