"""daphne: an application instance that does not stop when its client leaves

daphne serves `shop.py` with an --application-close-timeout of one second; clients leave while the application
sleeps for thirty.
"""

# log: app.log | 3.11 | daphne==4.2.1

import socket
import time

from drive import ask, free_port, get, leaves, reset, serving

port = free_port()
with serving(port, "-m", "daphne", "-p", str(port), "--application-close-timeout", "1", "shop:app"):
    for _ in range(3):
        ask(port, get("/ok"), 2)
        client = socket.create_connection(("127.0.0.1", port))
        client.sendall(get("/deaf"))
        time.sleep(0.4)
        reset(client)
        time.sleep(4)
    leaves("daphne.instance-killed", 3)
