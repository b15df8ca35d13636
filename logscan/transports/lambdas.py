r"""AWS Lambda's Python runtime reports an unhandled error in one line: its lines end in carriage returns there, and
begin with no-break spaces, so that CloudWatch keeps them together.

    [ERROR] KeyError: 'sku'\rTraceback (most recent call last):\r\xa0\xa0File "/var/task/app.py", line 3, in handler\r…

`log_error` in https://github.com/aws/aws-lambda-python-runtime-interface-client/blob/main/awslambdaric/bootstrap.py
"""

from logscan.transports import Entry, Meta

LEVEL = b"[ERROR] "
RETURN = b"\r"
HEADER = b"\rTraceback (most recent call last):"
_BLANK = "\N{NO-BREAK SPACE}".encode()


def unwrap(text: bytes) -> Entry | None:
    """The error in a line, a line each of what it would be on a terminal; None where it is anything else."""
    at = text.find(HEADER)
    if at < 0 or text.find(LEVEL, 0, at) < 0:
        return None
    lines = [_indented(line) for line in text.rstrip(RETURN).split(RETURN)]
    return Entry(key="", lines=lines, meta=Meta(), native=True, whole=True)


def _indented(line: bytes) -> bytes:
    rest = line
    while rest.startswith(_BLANK):
        rest = rest[len(_BLANK) :]
    return b" " * ((len(line) - len(rest)) // len(_BLANK)) + rest
