"""asgiref: work that outlives its request calls synchronous code

`shop.py` is served by uvicorn. Its synchronous view runs a coroutine by async_to_sync, which starts a task and returns; the task then saves an
order by sync_to_async, whose thread is gone. Nobody awaits the task; in the next route it logs what it catches itself.
"""

# log: app.log | 3.11 | asgiref==3.10.0 uvicorn==0.38.0 django==5.2.7
# log: releases-2025.log | 3.13 | asgiref==3.9.1 uvicorn==0.34.0 django==5.1.4

from drive import ask, free_port, get, leaves, serving

port = free_port()
with serving(port, "-m", "uvicorn", "--port", str(port), "--log-level", "info", "shop:application"):
    for path in ("/ok", "/order", "/order", "/logged", "/ok", "/logged"):
        ask(port, get(path), 1)
leaves("asgiref.executor-broken", 4)
