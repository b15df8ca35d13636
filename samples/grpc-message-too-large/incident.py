"""A message is larger than the receiver allows.

The answer is 5 MB, the limit 4 MB. Three calls fail.

Packages: grpcio==1.66.2 | grpcio==1.51.3
Leaves: grpc.message-too-large 3
"""

import logging
from concurrent import futures

import grpc

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
handler = grpc.unary_unary_rpc_method_handler(lambda request, context: b"x" * 5_000_000)
server = grpc.server(futures.ThreadPoolExecutor(2))
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("shop.Stock", {"Get": handler}),))
port = server.add_insecure_port("127.0.0.1:0")
server.start()
call = grpc.insecure_channel(f"127.0.0.1:{port}").unary_unary("/shop.Stock/Get")
for item in (b"tea", b"mug", b"pot"):
    try:
        call(item, timeout=5)
    except grpc.RpcError:
        logging.getLogger("shop.stock").exception("no stock of %s", item)
server.stop(None)
