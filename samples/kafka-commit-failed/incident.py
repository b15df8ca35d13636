"""A consumer handles a message for longer than max_poll_interval_ms and then commits.

librdkafka's own mock broker serves the group. Twice the consumer is late, and logs what commit raises; the second time in one line.

Packages: kafka-python==2.0.2 confluent-kafka==2.5.3 six==1.16.0 | kafka-python==2.2.15 confluent-kafka==2.5.3
Leaves: kafka.commit-failed 2
"""

import logging
import time

from confluent_kafka import Producer
from kafka import KafkaConsumer
from kafka.errors import CommitFailedError

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
logging.getLogger("kafka").setLevel(logging.CRITICAL)
producer = Producer({"test.mock.num.brokers": 1, "log_level": 4})
for _ in range(5):
    producer.produce("stock", b"tea")
producer.flush(10)
(broker,) = producer.list_topics("stock", timeout=10).brokers.values()


def handle(name):
    """Join, take a message, take too long, commit."""
    consumer = KafkaConsumer(
        "stock",
        bootstrap_servers=f"{broker.host}:{broker.port}",
        group_id=name,
        api_version=(2, 0, 0),
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_poll_interval_ms=4000,
        session_timeout_ms=3000,
        heartbeat_interval_ms=500,
    )
    end = time.monotonic() + 40
    while not consumer.poll(500) and time.monotonic() < end:
        pass
    time.sleep(8)
    consumer.commit()


log = logging.getLogger("shop.stock")
try:
    handle("stock")
except CommitFailedError:
    log.exception("offsets not committed")
try:
    handle("orders")
except CommitFailedError as error:
    log.error("offsets not committed: %r", error)
