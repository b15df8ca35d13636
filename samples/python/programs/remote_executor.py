"""A worker of `ProcessPoolExecutor` fails: its traceback comes quoted, as the cause."""
# python: 3.6-
# headers: bare asctime
# keep: all
import concurrent.futures
import multiprocessing

from stage import failing, healthy, report


def work(number):
    return 10 // number


def chained(number):
    try:
        work(number)
    except ZeroDivisionError:
        raise ValueError("not a number:\n\n  0") from None


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    for target in (work, chained):
        healthy()
        with failing() as event:
            with concurrent.futures.ProcessPoolExecutor(1) as pool:
                future = pool.submit(target, 0)
                try:
                    future.result()
                except Exception:
                    report(event)
    healthy()
