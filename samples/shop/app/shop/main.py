"""A shop: a few pages over FastAPI, some of which fail."""

import asyncio
import time

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from sqlalchemy import text

from shop import cart, orders, payment
from shop.db import engine, fill

app = FastAPI(on_startup=[fill])


@app.get("/")
async def home():
    return {"items": list(cart.PRICES)}


@app.post("/cart/total")
async def cart_total(order: dict):
    return {"total": cart.total(order)}


@app.get("/orders")
def list_orders():
    return orders.list_orders()


@app.post("/customers")
def add_customer(email: str):
    orders.add_customer(email)


@app.get("/statistics")
def statistics(seconds: float):
    """Holds a connection all the while: the reason why the pool runs dry."""
    with engine.connect() as connection:
        count = connection.execute(text("select count(*) from orders")).scalar()
        time.sleep(seconds)
    return {"orders": count}


@app.post("/pay")
def pay():
    return {"payment": payment.check()}


@app.get("/catalogue")
async def catalogue():
    body = b"tea,mug,pot\n"

    async def chunks():
        yield body
        await asyncio.sleep(0.1)  # all bytes are out, the response is not finished yet

    return StreamingResponse(chunks(), headers={"content-length": str(len(body))}, media_type="text/csv")


@app.get("/report")
async def report():
    await asyncio.sleep(1.6)
    return {"sold": 3}
