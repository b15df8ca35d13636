"""The session token has expired.

A local server answers as S3 does. Three times.

Packages: boto3==1.34.162 | boto3==1.26.165
Leaves: boto.expired-token 3
"""

import http.server
import logging
import threading

import boto3

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
CODE, STATUS, MESSAGE = "ExpiredToken", 400, "The provided token has expired."


class Answer(http.server.BaseHTTPRequestHandler):
    """Answers every request with one of S3's error documents."""

    def do_GET(self) -> None:
        body = f"<Error><Code>{CODE}</Code><Message>{MESSAGE}</Message></Error>".encode()
        self.send_response(STATUS)
        self.send_header("content-type", "application/xml")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
threading.Thread(target=server.serve_forever, daemon=True).start()
keys = {"aws_access_key_id": "example", "aws_secret_access_key": "example", "region_name": "eu-central-1"}
client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{server.server_port}", **keys)
for name in ("tea.jpg", "mug.jpg", "pot.jpg"):
    try:
        client.get_object(Bucket="shop", Key=name)
    except Exception:
        logging.getLogger("shop.images").exception("no image %s", name)
