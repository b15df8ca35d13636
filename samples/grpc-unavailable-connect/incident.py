"""No gRPC server listens at the address.

Three calls fail.

Packages: grpcio==1.66.2 | grpcio==1.51.3
Leaves: grpc.unavailable-connect 3
"""

import logging
import os

import grpc

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
channel = grpc.insecure_channel(f"127.0.0.1:{os.environ['CLOSED_PORT']}")
call = channel.unary_unary("/shop.Stock/Get")
for item in (b"tea", b"mug", b"pot"):
    try:
        call(item, timeout=5)
    except grpc.RpcError:
        logging.getLogger("shop.stock").exception("no stock of %s", item)
