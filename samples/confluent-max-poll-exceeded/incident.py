"""A consumer does not poll for longer than max.poll.interval.ms.

librdkafka's own mock broker serves it. Its thread warns on stderr; the next poll returns the error, which is logged.

Packages: confluent-kafka==2.5.3
Leaves: confluent.max-poll-exceeded 2
"""

import logging
import time

from confluent_kafka import Consumer, KafkaException, Producer

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
producer = Producer({"test.mock.num.brokers": 1, "log_level": 4})
producer.produce("stock", b"tea")
producer.flush(10)
(broker,) = producer.list_topics("stock", timeout=10).brokers.values()
settings = {
    "bootstrap.servers": f"{broker.host}:{broker.port}",
    "group.id": "stock",
    "session.timeout.ms": 6000,
    "max.poll.interval.ms": 6000,
    "log_level": 4,
}
consumer = Consumer(settings)
consumer.subscribe(["stock"])
end = time.monotonic() + 30
while not consumer.assignment() and time.monotonic() < end:
    consumer.poll(0.5)
time.sleep(8)  # a slow message
for _ in range(20):
    message = consumer.poll(0.5)
    if message is not None and message.error():
        try:
            raise KafkaException(message.error())
        except KafkaException:
            logging.getLogger("shop.stock").exception("consumer failed")
        break
consumer.close()
