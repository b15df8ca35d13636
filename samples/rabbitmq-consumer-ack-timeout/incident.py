"""A consumer holds a message for longer than consumer_timeout.

The broker allows a second and looks every second; the consumer never acknowledges. Three times.

Services: rabbitmq consumer_timeout=1000
Packages: pika==1.3.2 | pika==1.2.1
Leaves: rabbitmq.consumer-ack-timeout 3
"""

import logging
import os

import pika

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
logging.getLogger("pika").setLevel(logging.CRITICAL + 1)
for _ in range(3):
    connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", int(os.environ["AMQP_PORT"])))
    channel = connection.channel()
    channel.queue_declare("orders")
    channel.queue_purge("orders")
    channel.basic_publish("", "orders", b"tea")
    channel.basic_consume("orders", lambda *delivery: None)  # never acknowledged
    try:
        channel.start_consuming()
    except pika.exceptions.AMQPError:
        logging.getLogger("shop.orders").exception("order not handled")
    connection.close()
