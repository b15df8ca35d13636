"""No Kafka broker answers at the address.

A producer twice, a consumer once.

Packages: kafka-python==2.0.2 | kafka-python==2.2.15
Leaves: kafka.no-brokers 3
"""

import logging
import os

from kafka import KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
logging.getLogger("kafka").setLevel(logging.CRITICAL)
for kind in (KafkaProducer, KafkaProducer, KafkaConsumer):
    try:
        kind(bootstrap_servers=f"127.0.0.1:{os.environ['CLOSED_PORT']}", api_version_auto_timeout_ms=500)
    except KafkaError:
        logging.getLogger("shop.events").exception("no events")
