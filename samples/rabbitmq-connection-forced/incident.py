"""An administrator closes all connections of the broker.

rabbitmqctl close_all_connections while the client waits. Twice.

Services: rabbitmq
Packages: pika==1.3.2
Leaves: rabbitmq.connection-forced 2
"""

import logging
import os
import subprocess
import threading

import pika

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
logging.getLogger("pika").setLevel(logging.CRITICAL + 1)
user = "nobody" if os.geteuid() == 0 else None


def maintain() -> None:
    command = ["/usr/lib/rabbitmq/bin/rabbitmqctl", "close_all_connections", "maintenance"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=user)


for _ in range(2):
    connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", int(os.environ["AMQP_PORT"])))
    threading.Timer(0.5, maintain).start()
    try:
        connection.process_data_events(time_limit=30)
    except pika.exceptions.AMQPError:
        logging.getLogger("shop.orders").exception("no orders")
