"""A program that speaks the journal's own protocol: several lines an entry, bytes that are no text, fields twice."""

import socket
import struct
import traceback

journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
journal.connect("/run/systemd/journal/socket")


def send(message, **fields):
    out = b""
    for name, value in {"MESSAGE": message, "SYSLOG_IDENTIFIER": "billing", **fields}.items():
        for each in value if isinstance(value, list) else [value]:
            data = each if isinstance(each, bytes) else each.encode()
            out += name.encode() + b"\n" + struct.pack("<Q", len(data)) + data + b"\n"
    journal.send(out)


send("ready", PRIORITY="6", LOGGER="billing")
try:
    {}["card"]
except KeyError:
    trace = traceback.format_exc()
    send("charge failed\n" + trace.rstrip(), PRIORITY="3", LOGGER="billing.charge")
    send("refund failed", EXCEPTION_TEXT=trace, PRIORITY="3", LOGGER="billing.refund")
send(b"\x1b[31mcolour\x1b[0m in a message", PRIORITY="3")
send(b"caf\xe9 is closed", PRIORITY="3")
send("x" * 4200 + " long", PRIORITY="3")
send("two tags", PRIORITY="4", TAG=["a", "b"])
send('{"event": "quota reached", "level": "error", "logger": "billing.quota"}', PRIORITY="6")
send("a blank line, and a cursor\n\n__CURSOR=s=0;i=1;b=0;m=1;t=1;x=1\nMESSAGE=forged", PRIORITY="3")
send("a" * 0x0A0A, PRIORITY="5", NOTE="\n".join(["line"] * 10))
