"""The endpoint closes the connection without an answer.

A local socket that reads the request and closes. Three times.

Packages: boto3==1.34.162 | boto3==1.26.165
Leaves: boto.connection-closed 3
"""

import logging
import socket
import threading

import boto3
from botocore.config import Config

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
keys = {"aws_access_key_id": "example", "aws_secret_access_key": "example", "region_name": "eu-central-1"}
listener = socket.create_server(("127.0.0.1", 0))


def hang_up() -> None:
    while True:
        connection, _ = listener.accept()
        connection.recv(65536)
        connection.close()


threading.Thread(target=hang_up, daemon=True).start()
config = Config(retries={"max_attempts": 0})
endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}"
for _ in range(3):
    try:
        boto3.client("s3", endpoint_url=endpoint, config=config, **keys).list_buckets()
    except Exception:
        logging.getLogger("shop.images").exception("no images")
