"""kafka-python is imported. Releases before 1.3 use the package six instead of a copy; on Python 3.7 and later they
fail at `async`, a keyword there, which is told in place of the traceback."""

from importlib.metadata import version

print(f"kafka-python {version('kafka-python')}", flush=True)
try:
    import kafka
except SyntaxError as error:
    print(f"not readable to this Python: {error}")
else:
    print(kafka.KafkaConsumer.__name__, "is there")
