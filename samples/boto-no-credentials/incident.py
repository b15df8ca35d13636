"""No credentials are to be found.

Neither the environment nor a file nor a role of the machine gives any. Three times.

Packages: boto3==1.34.162 | boto3==1.26.165
Leaves: boto.no-credentials 3
"""

import logging
import os

import boto3

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
os.environ.update(AWS_EC2_METADATA_DISABLED="true", HOME=os.getcwd())
client = boto3.client("s3", region_name="eu-central-1")
for name in ("tea.jpg", "mug.jpg", "pot.jpg"):
    try:
        client.get_object(Bucket="shop", Key=name)
    except Exception:
        logging.getLogger("shop.images").exception("no image %s", name)
