"""A message is acknowledged twice.

The broker closes the channel. Three times.

Services: rabbitmq
Packages: pika==1.3.2 | pika==1.2.1
Leaves: rabbitmq.unknown-delivery-tag 3
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
    channel.basic_publish("", "orders", b"tea")
    connection.sleep(0.2)
    method, _properties, _body = channel.basic_get("orders")
    channel.basic_ack(method.delivery_tag)
    channel.basic_ack(method.delivery_tag)
    try:
        channel.basic_get("orders")
    except pika.exceptions.AMQPError:
        logging.getLogger("shop.orders").exception("order not handled")
    connection.close()
