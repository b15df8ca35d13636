"""A server's connection callback fails, and an error inside the loop's own exception handler."""
# python: 3.6-
# headers: bare asctime
# keep: ends
import asyncio

from stage import failing, healthy


def on_timer():
    raise ValueError("timer")


def on_error(loop, context):
    raise TypeError("handler")


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
loop.set_exception_handler(on_error)
healthy()
with failing() as event:
    event.logged(None)
    loop.call_soon(on_timer)
    loop.run_until_complete(asyncio.sleep(0.01))
    event.set(exceptions=["TypeError"], messages=["handler"], chain=[(["ValueError"], "context")])
loop.close()
healthy()
