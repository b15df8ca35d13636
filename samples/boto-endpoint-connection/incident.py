"""Nobody listens at the endpoint, or its name does not resolve.

A closed port twice, an unknown name once.

Packages: boto3==1.34.162 | boto3==1.26.165
Leaves: boto.endpoint-connection 3
"""

import logging
import os

import boto3
from botocore.config import Config

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
keys = {"aws_access_key_id": "example", "aws_secret_access_key": "example", "region_name": "eu-central-1"}
closed = f"http://127.0.0.1:{os.environ['CLOSED_PORT']}"
for endpoint in (closed, closed, "http://s3.invalid"):
    client = boto3.client("s3", endpoint_url=endpoint, config=Config(retries={"max_attempts": 0}), **keys)
    try:
        client.list_buckets()
    except Exception:
        logging.getLogger("shop.images").exception("no images")
