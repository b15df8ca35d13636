"""A worker of `multiprocessing.Pool` fails."""
# python: 3.6-
# headers: bare asctime
# keep: all
import multiprocessing

from stage import failing, healthy, report


def work(number):
    return {1: "tea"}[number]


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    healthy()
    with multiprocessing.Pool(1) as pool:
        with failing() as event:
            try:
                pool.map(work, [1, 2])
            except KeyError:
                report(event)
    healthy()
