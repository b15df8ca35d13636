"""A producer learns nothing about its topic.

No broker is reachable and the version is given, so that only the sending fails. Three times.

Packages: kafka-python==2.0.2 | kafka-python==2.2.15
Leaves: kafka.metadata-timeout 3
"""

import logging
import os

from kafka import KafkaProducer
from kafka.errors import KafkaError

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
logging.getLogger("kafka").setLevel(logging.CRITICAL)
address = f"127.0.0.1:{os.environ['CLOSED_PORT']}"
producer = KafkaProducer(bootstrap_servers=address, api_version=(2, 5, 0), max_block_ms=500)
for item in (b"tea", b"mug", b"pot"):
    try:
        producer.send("stock", item)
    except KafkaError:
        logging.getLogger("shop.events").exception("not sent: %s", item)
producer.close(timeout=1)
