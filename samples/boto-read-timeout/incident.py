"""The endpoint takes the request and does not answer in time.

A local socket that stays silent. Three times.

Packages: boto3==1.34.162 | boto3==1.26.165
Leaves: boto.read-timeout 3
"""

import logging
import socket

import boto3
from botocore.config import Config

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
keys = {"aws_access_key_id": "example", "aws_secret_access_key": "example", "region_name": "eu-central-1"}
silent = socket.create_server(("127.0.0.1", 0))
config = Config(read_timeout=0.3, retries={"max_attempts": 0})
endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
for _ in range(3):
    try:
        boto3.client("s3", endpoint_url=endpoint, config=config, **keys).list_buckets()
    except Exception:
        logging.getLogger("shop.images").exception("no images")
