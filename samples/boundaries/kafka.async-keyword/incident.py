"""kafka-python is imported. Releases before 0.9.3 are for Python 2, which is told in place of the traceback."""

import sys

print(f"Python {sys.version_info.major}.{sys.version_info.minor}", flush=True)
try:
    import kafka
except ModuleNotFoundError as error:
    if error.name != "cStringIO":
        raise
    print(error)
else:
    print(kafka.KafkaConsumer.__name__, "is there")
