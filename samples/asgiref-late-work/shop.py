"""An application of Django under ASGI."""

import asyncio
import gc
import logging
import sys

import django
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpResponse
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="example", MIDDLEWARE=[])
logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(asctime)s %(name)s %(message)s")


def save():
    print("saved", flush=True)


async def later():
    await asyncio.sleep(0.2)
    await sync_to_async(save)()


async def logged():
    try:
        await later()
    except RuntimeError:
        logging.getLogger("shop.orders").exception("order not saved (Django %s)", django.__version__)


async def start(work):
    asyncio.get_running_loop().create_task(work())
    asyncio.get_running_loop().call_later(0.5, gc.collect)


def order(request):
    async_to_sync(start)(later if request.path == "/order" else logged)
    return HttpResponse("taken")


urlpatterns = [path("ok", lambda request: HttpResponse("ok")), path("order", order), path("logged", order)]
application = get_asgi_application()
