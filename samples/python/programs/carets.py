"""Statements over several lines and positions inside lines: carets since 3.11, more source lines since 3.13."""
# python: 3.6-
# headers: all
# keep: all
from stage import failing, healthy, report


def total(prices, counts, tax):
    return (
        prices["tea"] * counts["tea"]
        + prices["coffee"] * counts["coffee"] / tax
    )


def deep(row):
    return row["a"]["b"]["c"] + row["x"]


healthy()
with failing() as event:
    try:
        total(
            {"tea": 3, "coffee": 4},
            {"tea": 1,
             "coffee": 2},
            tax=0,
        )
    except ZeroDivisionError:
        report(event)
healthy()
with failing() as event:
    try:
        deep({"a": {"b": None}, "x": 1})
    except TypeError:
        report(event)
healthy()
with failing():
    deep({"a": {"b": {"c": 1}}, "x": 1}).strip("naïve – ключ") if True else deep(None)
