"""The connection to RabbitMQ is cut without a close frame.

A small proxy stands between and drops both ends while the client waits. Three times.

Services: rabbitmq
Packages: pika==1.3.2
Leaves: pika.stream-lost 3
"""

import logging
import os
import socket
import struct
import threading
from contextlib import suppress

import pika

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
logging.getLogger("pika").setLevel(logging.CRITICAL + 1)
log = logging.getLogger("shop.orders")
broker = ("127.0.0.1", int(os.environ["AMQP_PORT"]))
open_ends = []


def copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while block := source.recv(4096):
            target.sendall(block)


def proxy(listener: socket.socket) -> None:
    while True:
        client, _ = listener.accept()
        server = socket.create_connection(broker)
        open_ends.append(client)
        for pair in ((client, server), (server, client)):
            threading.Thread(target=copy, args=pair, daemon=True).start()


def cut() -> None:
    end = open_ends.pop()
    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    end.shutdown(socket.SHUT_RDWR)
    end.close()


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=proxy, args=(listener,), daemon=True).start()
for _ in range(3):
    connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", listener.getsockname()[1]))
    threading.Timer(0.5, cut).start()
    try:
        connection.process_data_events(time_limit=5)
    except pika.exceptions.AMQPError:
        log.exception("no orders")
