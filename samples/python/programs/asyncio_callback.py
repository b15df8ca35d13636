"""Callbacks of the loop that fail: `Exception in callback …` and a handle."""
# python: 3.6-
# headers: bare asctime
# keep: all
import asyncio

from stage import failing, healthy


def on_timer(number):
    return 10 // number


class Link(asyncio.Protocol):
    def connection_lost(self, exc):
        raise RuntimeError("link was not ready") from KeyError("state")


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
healthy()
with failing() as event:
    event.logged(2)
    loop.call_soon(on_timer, 0)
    loop.run_until_complete(asyncio.sleep(0.01))
    event.set(exceptions=["ZeroDivisionError"])
healthy()
with failing() as event:
    event.logged(2)
    loop.call_soon(Link().connection_lost, None)
    loop.run_until_complete(asyncio.sleep(0.01))
    event.set(exceptions=["RuntimeError"], messages=["link was not ready"], chain=[(["KeyError"], "cause")])
loop.close()
healthy()
