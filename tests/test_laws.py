"""The three laws of the scanner, and what follows from them, on random logs.

Logs are drawn from fragments of real ones: records in several formats, tracebacks whole, cut and torn, preludes,
journals whose processes interleave. The scanner's distances (LOOKBACK, MAX_SPAN, …) are made small, so that short logs
reach them.
"""

import itertools
import json
import os
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from logscan import (
    ahead,
    ends,
    feeder,
    group,
    grouper,
    headers,
    lane,
    linetext,
    lookback,
    memory,
    prefilter,
    scanner,
    scanstate,
    stride,
    traces,
)
from logscan import event as event_module
from logscan.model import Event
from logscan.registry import Settings
from logscan.scanner import Scanner
from logscan.scanstate import State
from logscan.signature import Ruleset, load
from logscan.summary import SummaryBuilder, total
from logscan.timestamps import Clock

RULES: Ruleset = load([], bundled=True)
REFERENCE = 1_795_343_772_000_000

TRACE = """Traceback (most recent call last):
  File "/srv/app/shop/cart.py", line 88, in apply_discount
    return prices["coupon"]
           ~~~~~~^^^^^^^^^^
KeyError: 'coupon'"""
CHAIN = """Traceback (most recent call last):
  File "/usr/local/lib/python3.6/site-packages/h11/_state.py", line 249, in _fire_event_triggered_transitions
    new_state = EVENT_TRIGGERED_TRANSITIONS[role][state][event_type]
KeyError: <class 'h11._events.ConnectionClosed'>

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/usr/local/lib/python3.6/site-packages/uvicorn/protocols/http/h11.py", line 79, in connection_lost
    self.conn.send(event)
h11._util.LocalProtocolError: can't handle event type <class 'h11._events.ConnectionClosed'> for SERVER in state SEND_BODY"""
GROUP = """  + Exception Group Traceback (most recent call last):
  |   File "/srv/app/jobs.py", line 3, in main
  |     async with asyncio.TaskGroup() as tg:
  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/srv/app/jobs.py", line 9, in job
    | ValueError: bad payload
    +------------------------------------"""
OTHERS = [
    "java.lang.IllegalStateException: cart is empty\n\tat shop.Cart.pay(Cart.java:15)\n\t... 3 more\n"
    "Caused by: java.io.IOException: two\nlines\n\tat shop.Net.read(Net.java:8)",
    "2026-11-22 10:27:36.100 ERROR [main] shop.Cart - failed\njava.lang.Error: x\n\tat shop.Cart.pay(Cart.java:15)",
    "2026-11-22 10:27:36.100 INFO  [main] shop.Cart - Error: y\n    at pay (/srv/shop/cart.js:6:67)",
    "/srv/shop/cart.js:21\n  total();\n  ^\n\nReferenceError: total is not defined\n    at pay (/srv/shop/cart.js:6:67) {\n"
    "  code: 'E'\n}\n\nNode.js v20.20.2",
    "Unhandled Rejection at: Promise {\n  <rejected> Error: y\n      at pay (/srv/shop/cart.js:6:67)\n} reason: Error: y\n"
    "    at pay (/srv/shop/cart.js:6:67)\ncaused by: Error: z\n    at ask (/srv/shop/pay.js:1:1)",
    "[TypeError: fetch failed] {\n  [cause]: [AggregateError: ] { code: 'E' }\n}",
    "Stack overflow.\nRepeat 9 times:\n--------------------------------\n   at Shop.Pay()\n--------------------------------\n"
    "   at Shop.Main()",
    "shop.rb:23: [BUG] Segmentation fault\n\n-- Ruby level backtrace information ---\nshop.rb:23:in `pay'\n\n* Loaded: x",
    "java.lang.Error: x\n\t... 2 common frames omitted\nWrapped by: shop.Pay: y\n\tat shop.Cart.pay(Cart.java:15)",
    "panic: closed [recovered]\n\tpanic: twice\n\ngoroutine 1 [running]:\nmain.main()\n\t/srv/shop/main.go:9 +0x1d\n\n"
    "goroutine 7 [select]:\nmain.work()\n\t/srv/shop/main.go:3 +0x17",
    "panic: a word\ngoroutine 1 [running]:\nno function",
    "\tat shop.Cart.torn(Cart.java:15)",
    'Exception in thread "main" java.lang.Error: bad\norder\n\tat shop.Cart.pay(Cart.java:15)',
    "java.lang.OutOfMemoryError: Metaspace\nDumping heap to a.hprof ...\nTerminating due to java.lang.OutOfMemoryError: x",
    "shop.rb:34:in `load': no order (ShopError)\n\tfrom shop.rb:50:in `<main>'",
    "Traceback (most recent call last):\n\t1: from shop.rb:70:in `<main>'\nshop.rb:30:in `load': bad (ShopError)",
    "PHP Fatal error:  Uncaught ShopException: bad in /srv/shop.php:22\nStack trace:\n#0 {main}\n  thrown in /srv/shop.php",
    "\nthread 'main' (71) panicked at shop.rs:26:9:\ncannot load\nnote: run with `RUST_BACKTRACE=1`",
    "** (ShopError) no stock\n    shop.exs:19: Cart.load/1",
    "Unhandled exception. System.Exception: bad\n ---> System.Exception: inner\n   at Shop.Main() in /srv/S.cs:line 3\n"
    "   --- End of inner exception stack trace ---\n   at Shop.Main() in /srv/S.cs:line 9",
    "Shop.NoStock: none ---> System.Exception: y\n  at Shop.Cart.Pay (System.String id) [0x0002c] in <0f1e>:0 \n"
    "  Exception data:\n    Severity: ERROR\n   --- End of inner exception stack trace ---\n   bei Shop.Main()",
    "java.io.IOException(a.B): x\n  at shop.Net.read(Net.java:8)\n\n  at shop.Net.call(Net.java:9)",
    "2026/11/22 10:27:36 [Recovery] 2026/11/22 - 10:27:36 panic recovered:\nGET / HTTP/1.1\n\n\nno stock\n"
    "/srv/shop/main.go:12 (0x7a1b24)\n\tmain.func1: panic()",
    "lua: cart.lua:3: no stock\nstack traceback:\n\tcart.lua:3: in function 'pay'\n\t[C]: in ?",
    "Error in pay(1) :\n  no stock\nCalls: main -> pay\nExecution halted",
    "rake aborted!\nno stock\n/srv/Rakefile:9:in `pay'\n\nCaused by:\nArgumentError: bad\n/srv/Rakefile:4:in `pay'\n"
    "Tasks: TOP => pay",
    "ActionView::Template::Error (none):\n    1: <p>\n\napp/views/carts/show.html.erb:2",
    "exception 'A' with message 'a' in /x.php:3\nStack trace:\n#0 {main}\n\nNext exception 'B' with message 'b' in /x.php:5",
    "[   76.455151] BUG: unable to handle page fault\n[   76.455158] Oops: 0000 [#1] SMP\n[   76.455173] Call Trace:\n"
    "[   76.455180]  vfs_read+0x4e5/0x680",
    "=ERROR REPORT==== 22-Nov-2026::10:27:36.746231 ===\nError in process <0.79.0> with exit value:\n{badarg,[]}\n",
    "shop.service: Main process exited, code=exited, status=1/FAILURE\nshop.service: Failed with result 'exit-code'.",
    "==12==ERROR: AddressSanitizer: SEGV\n    #0 0x55 in pay shop.c:3\nSUMMARY: AddressSanitizer: SEGV shop.c:3 in pay",
]
RAILS = "F, [2026-11-22T10:27:36.10000{} #12] FATAL -- : "
OSLO = "2026-11-22 10:27:36.100 12 ERROR shop.compute "
FRAGMENTS = [
    "2026-11-22 10:27:35,144 INFO shop.orders: order 17 ok",
    "2026-11-22 10:27:36,000 WARNING shop.db: pool is nearly empty",
    "2026-11-22 10:27:36,100 ERROR shop.db: query failed",
    "2026-11-22 10:27:36,100 ERROR shop.db: query failed\n  statement: select 1\n  parameters: ()",
    "2026-11-22 10:27:36,100 ERROR shop.db: query failed\n" + TRACE,
    "2026-11-22 10:27:36,100 WARNING shop.db: retrying\n" + TRACE,
    "2026-11-22 10:27:36,100 INFO shop.db: handled\n" + TRACE,
    "ERROR:    Exception in ASGI application\n" + TRACE + "\nand a second line of the message",
    "ERROR: Exception in callback UVTransport._call_connection_lost\nhandle: <Handle UVTransport._call>\n" + CHAIN,
    'INFO:     127.0.0.1:54734 - "GET /ok HTTP/1.1" 200 OK',
    "ERROR:asyncio:Task exception was never retrieved\nfuture: <Task finished exception=KeyError('x')>\n" + TRACE,
    "Exception in thread worker-1:\n" + TRACE,
    "Exception ignored in: <function Sock.__del__ at 0x7f>\n" + TRACE,
    "Process Consumer-2:\n" + TRACE,
    "/srv/app/jobs.py:37: RuntimeWarning: coroutine 'poll' was never awaited\n  poll()",
    TRACE,
    CHAIN,
    GROUP,
    *OTHERS,
    "\n".join(TRACE.split("\n")[:3]),
    "\n".join(TRACE.split("\n")[2:]),
    "\n".join(CHAIN.split("\n")[4:]),
    "KeyError: 'torn'",
    '  File "/srv/app/shop/cart.py", line 12, in torn',
    "    return prices",
    "",
    "",
    "starting up",
    "Stack (most recent call last):\n" + "\n".join(TRACE.split("\n")[1:3]),
    "plain text about a Traceback (most recent call last): and more",
    "WARNING: ASGI callable returned without completing response.",
    "x" * 90,
    "\x1b[31mERROR\x1b[0m coloured " + "y" * 40,
    "a progress bar 10 %\ra progress bar 20 %",
    "a progress bar 10 %\r" + TRACE,
    "2026-11-22 10:27:36.100 UTC [12] ERROR:  division by zero\n2026-11-22 10:27:36.100 UTC [12] STATEMENT:  select 1/0",
    "2026-11-22 10:27:36.100 UTC [12] LOG:  server process (PID 9) was terminated by signal 9: Killed\n"
    "2026-11-22 10:27:36.100 UTC [12] DETAIL:  Failed process was running: select 1\n\tfrom t",
    "2026-11-22 10:27:36.100 UTC [12] HINT:  See the log.",
    "2026-11-22 10:27:36.100200+00:00 [error] <0.6.0> crash\n2026-11-22 10:27:36.100200+00:00 [error] <0.6.0> \n"
    "2026-11-22 10:27:36.100200+00:00 [error] <0.6.0> reason: boom",
    "2026-11-22 10:27:36.100200+00:00 [info] <0.6.0> ok",
    f"{OSLO}[None req-1 u1] failed\n" + "\n".join(OSLO + line for line in (*TRACE.split("\n"), "")),
    f"{OSLO}[None req-1 u1] failed\n{OSLO}[-] failed again",
    f"{OSLO.replace('ERROR', 'CRITICAL')}[-] Unhandled error\n" + "\n".join(OSLO + line for line in CHAIN.split("\n")),
    f"{OSLO.replace('ERROR', 'WARNING')}[-] late\n" + "\n".join(OSLO + line for line in TRACE.split("\n")),
    f"{OSLO.replace('ERROR', 'INFO')}[-] 0 errors\n{OSLO}not of oslo",
    "\n".join(OSLO + line for line in TRACE.split("\n")[2:]),
    "\n".join(
        f'[22-Nov-2026 10:27:36] WARNING: [pool www] child 12 said into stderr: "{line}"'
        for line in ("PHP Fatal error:  Uncaught ShopError: bad in /srv/shop.php:22", "Stack trace:", "#0 {main}")
    ),
    '[22-Nov-2026 10:27:36] WARNING: [pool www] child 12 said into stderr: "shop"',
    f"{RAILS.format(0)}[a1] \n[a1] ShopError (two\nlines):\n[a1]   \n[a1] app/shop.rb:3:in `pay'\n\nCauses:\nKeyError (1)",
    "\n".join(
        RAILS.format(n) + line for n, line in enumerate([" ", "ShopError (no stock):", "  ", "app/shop.rb:3:in `pay'"])
    ),
    f"{RAILS.format(7)}giving up\nat once",
    "I, [2026-11-22T10:27:36.100008 #12]  INFO -- : ok",
    "Nov 22, 2026 10:27:36 AM shop.Orders load\nSEVERE: cannot load order 17",
    "Nov 22, 2026 10:27:36 AM shop.Orders load\nWARNING: retrying\n" + TRACE,
    "Nov 22, 2026 10:27:36 AM shop.Orders load",
    "fail: Shop.Orders[0]\n      cannot load order 17\ninfo: Shop.Orders[0]\n      ok",
    "[E 261122 10:27:36 web:2108] Uncaught exception GET /pay (127.0.0.1)\n    " + TRACE.replace("\n", "\n    "),
]
FRAGMENTS += [
    "F1122 10:27:36.100000 12 main.go:5] cannot start\ngoroutine 1 [running]:\nmain.main()\n\t/srv/shop/main.go:9 +0x1d",
    "exit status 2\nfatal error: concurrent map writes\n\ngoroutine 6 [running]:\nmain.main()\n\t/srv/shop/main.go:8 +0x3a",
    '[2026-11-22 10:27:36] production.ERROR: bad {"exception":"[object] (ShopError(code: 0): bad at /srv/shop.php:22)\n'
    "[stacktrace]\n#0 /srv/a.php(4): pay()\n#1 {main}\n\n[previous exception] [object] (PDOException(code: 2): two\n"
    'lines at /srv/b.php:9)\n[stacktrace]\n#0 {main}\n"} ',
    'Exception: java.lang.OutOfMemoryError thrown from the UncaughtExceptionHandler in thread "main"',
    "./run.sh: line 3: 12345 Killed                  python3 x.py\nSegmentation fault (core dumped)",
    "a.out: main.c:5: main: Assertion `x == 1' failed.\nAborted (core dumped)",
    "10:27:36 UTC - mysqld got signal 11 ;\nyou have hit a bug\n\n/usr/sbin/mysqld(my_print+0x41) [0x1]\n\nThe manual page",
    "  2026-11-22T10:27:36.100000Z ERROR shop::db: query failed\n    at src/main.rs:3\n\n"
    "  2026-11-22T10:27:36.200000Z  INFO shop::db: ok\n    at src/main.rs:4",
    "    2026-11-22T10:27:36.100Z [ERROR] agent: cannot join\n    2026-11-22T10:27:36.100Z [INFO]  agent: ok",
    " ERROR shop::db > query failed\n INFO  shop::db > ok",
    "< 2026-11-22 10:27:36.100 UTC >ERROR:  division by zero\n< 2026-11-22 10:27:36.100 UTC >STATEMENT:  select 1/0",
    "user=ann,db=shop ERROR:  division by zero\nuser=ann,db=shop STATEMENT:  select\n\t1/0",
    "2026-11-22 10:27:36 imap(ann)<12><q1>: Error: no mailbox",
    "2026-11-22 10:27:36.100000 E [12:puma shop.rb:3] Shop -- failed -- Exception: ShopError: bad\n/srv/shop.rb:3:in `pay'",
    "[0.456s][error][gc] no heap\n[0.457s][info ][gc] ok",
    '[10:27:36.100] ERROR (12): failed\n    err: {\n      "stack":\n          Error: y\n              at pay (/srv/a.js:6:67)\n    }',
    "Error: cannot load\n\nCaused by:\n    0: no file\n    1: os error 2\n\nstack backtrace:\n   0: main",
    "** (exit) an exception was raised:\n    ** (ShopError) no stock\n        shop.exs:19: Cart.load/1",
    "Rack app: #<ShopError: no stock>\n/srv/shop.rb:3:in `pay'",
    "(node:12) [DEP0040] DeprecationWarning: old\nError: y\n    at pay (/srv/shop/cart.js:6:67)",
    "error: no stock\n    at pay (/srv/shop/cart.js:6:67)",
    "[Sun Nov 22 10:27:36 2026] BUG: unable to handle page fault\n[Sun Nov 22 10:27:36 2026] Call Trace:\n"
    "[Sun Nov 22 10:27:36 2026]  vfs_read+0x4e5/0x680\n[Sun Nov 22 10:27:37 2026] usb 1-1: ok",
    "kern  :err   : [   76.455151] INFO: task shop:12 blocked for more than 120 seconds.\nkern  :err   : [   76.455152] Call Trace:",
    "Execution error (ArithmeticException) at shop.core/pay (core.clj:5).\nDivide by zero\n\nFull report at:\n/tmp/x.edn",
    "Error: Could not find or load main class shop.Main\nCaused by: java.lang.ClassNotFoundException: shop.Main",
    "2026-11-22T10:27:36.100+0000 7f6c0a3b8700 -1 osd.0 17 no reply\n[10:27:36] [Server thread/ERROR]: failed\n"
    + OTHERS[0],
    "1.795343772e+09\tERROR\tshop\tfailed\nmain.pay\n\t/srv/shop/main.go:9",
    "[2026-11-22 10:27:36,100][shop.db][ERROR] - failed\n[2026-11-22 10:27:36,200][shop.db][INFO] - an [ERROR] in brackets\n"
    "2026-11-22 10:27:36,300 [    cleaner][      models][   ERROR] failed",
]
LAMBDA = "[ERROR] KeyError: 'sku'\n" + "\n".join(TRACE.split("\n")[:-1])
FRAGMENTS += [
    "START RequestId: 6f7f0961 Version: $LATEST\n" + LAMBDA + "\nEND RequestId: 6f7f0961",
    LAMBDA.replace("\n", "\r").replace("\r    ", "\r" + 4 * "\xa0").replace("\r  ", "\r" + 2 * "\xa0"),
    LAMBDA,
]
FRAGMENTS += [
    "2026-11-22 10:27:36,100 ERROR shop.db: query failed\n"
    + TRACE
    + "\nand more\n\nException in thread T-1 (f):\n"
    + TRACE,
    "2026-11-22 10:27:36,100 ERROR shop.db: query failed\n" + TRACE + "\nand more\nProcess ForkProcess-1:\n" + TRACE,
]
FRAGMENTS += [
    "2026-11-22 10:27:36,100 Task exception was never retrieved\nfuture: <Task finished exception=KeyError('x')>\n"
    + TRACE,
    "2026-11-22 10:27:36,100 ERRO asyncio: Exception in callback pay()\nhandle: <Handle pay()>\n" + CHAIN,
    "2026-11-22 10:27:36,100 Exception in callback pay()\nan ordinary line\n" + TRACE,
]
_CAUSE = "The above exception was the direct cause of the following exception:"
FRAGMENTS += [
    "-"
    * 75
    + "\nKeyError      Traceback (most recent call last)\nFile /srv/a.py:4, in pay()\n----> 4 load(0)\n\nKeyError: 1\n\n"
    f"{_CAUSE}\n\nRuntimeError     Traceback (most recent call last)\nCell In[3], line 6\n----> 6 pay()\n\nRuntimeError: x",
    '2026-11-22 10:27:36,100 ERROR shop.db: failed\nFile "/srv/a.py", line 4, in pay\n    3   try:\n--> 4     load(0)\n    ......\n\n'
    f'KeyError: 1\n\n{_CAUSE}\n\nFile "/srv/a.py", line 6, in main\n--> 6     pay()\n\nRuntimeError: x',
]
FRAGMENTS += [
    f"2026-11-22 10:27:36,100 ERROR shop.db: failed\nValueError: inner\n\n{_CAUSE}\n\n{TRACE}",
    f"2026-11-22 10:27:36,100 INFO shop.db: handled\nValueError: inner\n\n{_CAUSE}\n\n{TRACE}",
    f"ValueError: inner\nand more\n\n{_CAUSE}\n\n{GROUP}",
]
_SHOWN = "\n".join(TRACE.split("\n")[1:3])
FRAGMENTS += [
    f"2026-11-22 10:27:36,100 INFO shop.db: who calls\n{_SHOWN}",
    f"2026-11-22 10:27:36,100 ERROR shop.db: who calls\n{_SHOWN}",
    f"who calls\n{_SHOWN}\nDone",
    f"who calls\n{_SHOWN}\nKeyError: 'torn'",
]
_UNDER = (
    f"shop.Error: bad::\n\nValueError: bad\n\nStack Trace:\n{_SHOWN}\n\nThe above exception was caused by the following exception:"
    f"\nKeyError: 'k'\n\nStack Trace:\n{_SHOWN}"
)
FRAGMENTS += [
    f"2026-11-22 10:27:36,100 ERROR shop.db: failed\n\n{_UNDER}\n",
    f"2026-11-22 10:27:36,100 INFO shop.db: handled\n{_UNDER}\n",
    "Stack Trace:",
]
FRAGMENTS += [
    *("\n".join(mark + line for line in TRACE.split("\n")) for mark in ("[rank1]: ", "[rank2]: ", "(pay pid=12) ")),
    f"2026-11-22 10:27:36,100 ERROR shop.db: failed\n{TRACE}\n(raylet) died",
    f"{TRACE}\nOriginal Traceback (most recent call last):\n{_SHOWN}\nKeyError: 1",
    f"Traceback (most recent call last):\n{_SHOWN}\nray.exceptions.RayTaskError(KeyError): ray::f()\n{_SHOWN}\nKeyError: 1",
]
_ASKED = "[pid: 12|app: 0|req: 1/1] 127.0.0.1 () {24 vars in 250 bytes} [Sun Nov 22 10:27:36 2026] GET /ok => ok"
FRAGMENTS += [
    f"{_ASKED}\n{TRACE}\n{_ASKED}",
    "Sun Nov 22 10:27:36 2026 - HARAKIRI triggered by worker 1 core 0 !!!\nDAMN ! worker 1 (pid: 12) died :(\nRespawned",
    "!!! uWSGI process 12 got Segmentation Fault !!!\n*** backtrace of 12 ***",
]
_DEFERRED = "2026-11-22T10:27:36+0000 [twisted.internet.defer#critical] "
FRAGMENTS += [
    f"{_DEFERRED}Unhandled error in Deferred:\n{_DEFERRED}\n\t" + TRACE.replace("\n", "\n\t"),
    f"{_DEFERRED}Unhandled error in Deferred:\n{_DEFERRED}\n\tTraceback (most recent call last):\n\tFailure: shop.Error: x",
    "\n".join("2026-11-22 10:27:36+0000 [-] " + line for line in TRACE.split("\n")),
    "2026-11-22 10:27:36+0000 [-] ok",
]
FRAGMENTS += [
    f"{TRACE[:-18]}ValidationError: 2 validation errors for Order\na\n  bad [type=x]\n    For more\nb -> c\n  bad (type=y)",
    f"{TRACE[:-18]}ValidationError: no stock",
    "a\n  bad [type=x]",
]
_TASK = "2026-11-22 10:27:36,100 p=12 u=root n=ansible | "
FRAGMENTS += [
    'fatal: [web01]: FAILED! => {"msg": "no"}',
    'fatal: [web01]: FAILED! => {\n    "msg": "no"\n}\n...ignoring',
    f'{_TASK}fatal: [web01]: FAILED! => {{"msg": "no"}}\n{_TASK}...ignoring',
    f'{_TASK}failed: [web01] (item=1) => {{"msg": "no"}}\n{_TASK}PLAY RECAP',
]
FRAGMENTS += [f"2026-11-22 10:27:36,100 [{letter}] shop: x\n{TRACE}" for letter in "IWE"]
FRAGMENTS += [
    "```",
    "```python",
    "2026-11-22 10:27:36,100 ERROR shop.db: query failed\n```\n\nand then I tried",
    "2026-11-22 10:27:36,100 ERROR shop.db: query failed\n" + TRACE + "\n```\n</details>",
    TRACE + "\n```\n\nand then I tried",
    "2026-11-22 10:27:36,100 ERROR shop.db: failed\n" + TRACE + "\n```json\n{}\n```\n\nand more\n" + TRACE,
]
LOGGED = [
    "[2026-11-22 10:27:36,100: WARNING/ForkPoolWorker-1] ",
    "2026-11-22 10:27:36,100 ERROR shop.db: ",
    "[Sun Nov 22 10:27:36.100200 2026] [wsgi:error] [pid 943:tid 946] mod_wsgi (pid=943): ",
]
FRAGMENTS += ["\n".join(LOGGED[0] + line for line in (*TRACE.split("\n"), "printed"))]
FRAGMENTS += ["\n".join(LOGGED[1] + line for line in (*CHAIN.split("\n"), "and more", *TRACE.split("\n")))]
FRAGMENTS += ["\n".join([LOGGED[2] + "failed", *(LOGGED[2][:-20] + line for line in (*CHAIN.split("\n"), "more"))])]
FRAGMENTS += [LOGGED[2] + "failed\n" + LOGGED[2][:-20] + "\n".join(TRACE.split("\n")[:3])]
_BAR = "\r 20%|##        | 1/5 [00:00<00:00,  8.32it/s]\r 40%|####      | 2/5 [00:00<?, ?it/s]"
FRAGMENTS += [
    f"{_BAR}2026-11-22 10:27:36,100 ERROR shop.db: query failed\n{TRACE}\n{_BAR}",
    f"{_BAR}2026-11-22 10:27:36,100 INFO shop.db: ok",
]
CELL = " " * 20
CELLS = [
    "[10:27:36] INFO     order 17 ok                    shop.py:7",
    f"[10:27:36] ERROR    query failed                   shop.py:9\n{CELL}" + TRACE.replace("\n", "\n" + CELL),
    "           INFO     0 errors                       shop.py:7",
    "           ERROR    query failed                   shop.py:9\n           ERROR    again, in a message that"
    f"           shop.py:9\n{CELL}is folded",
    f"           ERROR    query failed                   shop.py:9\n{CELL}" + CHAIN.replace("\n", "\n" + CELL),
    f"           WARNING  late                           shop.py:9\n{CELL}" + TRACE.replace('", ', f'",\n{CELL}'),
    f"           INFO     handled                        shop.py:9\n{CELL}" + TRACE.replace("\n", "\n" + CELL),
]
FRAGMENTS += CELLS
NAMES = ["web", "api", "billing"]
ENTIRE = ("json-entire", "jsonl-entire")
"""Spellings in which all lines of a fragment are one entry."""


def journal(fragments: list[str], rng: random.Random, spelling: str) -> str:
    """The fragments as a journal: an entry a line, those of several processes interleaved."""
    queues: list[tuple[int, list[str]]] = []
    for fragment in fragments:
        who = rng.randrange(len(NAMES))
        queues.append((who, [fragment] if spelling in ENTIRE else [line for line in fragment.split("\n") if line]))
    lines: list[tuple[int, str]] = []
    while queues:
        index = rng.randrange(min(3, len(queues)))
        # a process writes its fragments one after the other
        who = queues[index][0]
        index = next(i for i, q in enumerate(queues) if q[0] == who)
        rest = queues[index][1]
        if rest:
            lines.append((who, rest.pop(0)))
        if not rest:
            queues.pop(index)
    return "\n".join(_entry(spelling, n, who, text) for n, (who, text) in enumerate(lines)) + "\n"


def _entry(spelling: str, n: int, who: int, text: str) -> str:
    """One line of a process in a transport's spelling; the n-th of the log."""
    name, pid, second = NAMES[who], 100 + who, f"{n // 40 % 60:02d}"
    fields = {"PRIORITY": "6", "_PID": str(pid), "SYSLOG_IDENTIFIER": name, "_TRANSPORT": "stdout",
              "__REALTIME_TIMESTAMP": str(REFERENCE + n * 20_000), "MESSAGE": text}  # fmt: skip
    iso = f"2026-11-22T10:36:{second}.{n:06d}"
    container = {"log": text + "\n", "stream": "stderr" if who else "stdout", "time": iso + "000Z"}
    if spelling == "export":
        data = text.encode()
        head = "".join(f"{key}={value}\n" for key, value in fields.items() if key != "MESSAGE")
        return f"__CURSOR=s=4f185f597c8b4251acbe07ecb65f2211;i={n:x};b=a4677d86bed64edbbef2ee5fdac30776;m=1;t=2;x=3\n{head}MESSAGE={data.decode()}\n"
    if spelling == "cri-cut":
        half = len(text) // 2
        return f"{iso}000Z stderr P {text[:half]}\n{iso}000Z stderr F {text[half:]}"
    if spelling == "docker-cut":
        half = len(text) // (1 + n % 5)
        parts = [container | {"log": part} for part in (text[:half], text[half:] + "\n") if part]
        return "\n".join(json.dumps(part, separators=((",", ":"), (", ", ": "))[n % 3 == 0]) for part in parts)
    spelt = {spelt: json.dumps(record) for spelt, record in _collected(iso, n, who, text).items()} | {
        "short": f"Nov 22 10:36:{second} web01 {name}[{pid}]: {text}",
        "short-iso": f"2026-11-22T10:36:{second}+0000 web01 {name}[{pid}]: {text}",
        "short-local": f"{('août', 'дек', '11月')[n % 3]} 22 10:36:{second} web01 {name}[{pid}]: {text}",
        "json": json.dumps(fields, separators=(",", ":")),
        "driver": json.dumps(fields | {"PRIORITY": "36"[who % 2], "_TRANSPORT": "journal", "CONTAINER_NAME": name}),
        "user-info": f"<14>Nov 22 10:36:{second} web01 {name}[{pid}]: {text}",
        "syslog": f"<11>Nov 22 10:36:{second} web01 {name}[{pid}]: {text}",
        "5424": f"<11>1 {iso}Z web01 {name} {pid} - - {text}",
        "cri": f"{iso}000Z {'stderr' if who else 'stdout'} F {text}",
        "docker": json.dumps(container, separators=(",", ":")),
        "compose": f"{name}-1{' ' * (9 - len(name))}| {text}",
        "heroku": f"{iso}+00:00 app[{name}.1]: {text}",
        "stern": f"{name}-7d4b9c6f5-x2x7q app {text}",
        "stamped": f"{iso}+00:00 shop/{name} {text}",
        "actions": f"{iso}0Z {text}",
        "ts": f"Nov 22 10:36:{second} {text}",
        "procfile": f"10:36:{second} {name}.1{' ' * (9 - len(name))}| {text}",
        "logcat": f"11-22 10:36:{second}.{n:03d}  {pid}  {pid} {'IWEF'[who + ('Error' in text)]} {name}: {text}",
        "pm2": f"{who}|{name}  | 2026-11-22T10:36:{second}: {text}",
        "json-pretty": json.dumps(fields, indent=8).replace("        ", "\t").replace('": "', '" : "'),
        "verbose": f"Sun 2026-11-22 10:36:{second}.{n:06d} UTC [s=4f185f597c8b4251acbe07ecb65f2211;i={n:x}]\n"
        + "".join(f"    {key}={value}\n" for key, value in fields.items()).rstrip("\n"),
        "framed": _framed(f"<11>1 {iso}Z web01 {name} {pid} - - {text}"),
        "gcloud": json.dumps(
            {
                "insertId": f"{n}",
                "textPayload": text,
                "timestamp": iso + "Z",
                "resource": {"labels": {"pod_name": name}},
            },
            indent=2,
        ).replace("\n", "\n  ")
        + ",",
        "kail": f"shop/{name}-7d4b9c6f5-x2x7q[app]: {text}",
        "unit": f"Nov 22 10:36:{second} web01 docker[7]: {name}-1  | {text}",
        "unit-json": json.dumps(
            fields | {"SYSLOG_IDENTIFIER": "docker", "_PID": "7", "MESSAGE": f"{name}-1  | {text}"}
        ),
        "cee": f"Nov 22 10:36:{second} web01 {name}[{pid}]: @cee: "
        + json.dumps({"level": "error" if "Error" in text else "info", "msg": text}),
        "found": f"logs/{name}.log{':' if who else '-'}{n}{':' if who else '-'}{text}",
        "found-journal": f"logs/{name}.log:Nov 22 10:36:{second} web01 {name}[{pid}]: {text}",
        "numbered": f"{n:6d}\t{text}",
        "bleached": f"[2m{text[: n % 9]}[0m[1;31m{text[n % 9 :]}" + "[0m" * (n % 3 > 0),
        "quoted": f"> {text}",
        "indented": f"    {text}",
        "tail": f"==> logs/{name}.log <==\n{text}" if n % 7 == 0 else text,
        "kubectl": f"[pod/{name}-7d4b9c6f5-x2x7q/app] {text}",
        "jsonl": json.dumps({"timestamp": iso + "Z", "level": "error" if "Error" in text else "info", "message": text}),
        "json-entire": json.dumps(fields, separators=(",", ":")),
        "jsonl-entire": json.dumps(
            {"timestamp": iso + "Z", "level": ("info", "warn", "error")[n % 3], "message": text, "logger": name}
        ),
        "python": f"timestamp='2026-11-22 10:36:{second}' level='{'error' if 'Error' in text else 'info'}' event={text!r}",
        "jsonl-bare": json.dumps({"message": text} | ({"exc_info": f"{TRACE}\n{text}"} if "Error" in text else {})),
        "logfmt": f"time={iso}Z level={'error' if 'Error' in text else 'info'} msg={json.dumps(text)}",
    }
    return spelt[spelling]


def _collected(iso: str, n: int, who: int, text: str) -> dict[str, dict[str, Any]]:
    """The same in the records of log collectors; OTLP's hold a line of another process besides."""
    name, other = NAMES[who], NAMES[(who + n) % 3]
    pod = {"pod_name": f"{name}-1", "container_name": "app", "namespace_name": "shop"}
    batch = [
        {
            "resource": {"attributes": [{"key": "k8s.pod.name", "value": {"stringValue": pod}}]},
            "scopeLogs": [{"logRecords": [{"timeUnixNano": f"{REFERENCE + n}000", "body": {"stringValue": said}}]}],
        }
        for pod, said in ((name, text), (other, "ok"))
    ]
    return {
        "fluent-bit": {"date": REFERENCE / 1e6 + n / 50, "log": text, "stream": "stderr", "kubernetes": pod},
        "google": {"textPayload": text + "\n", "timestamp": iso + "Z", "logName": "projects/p/logs/stderr",
                   "severity": "ERROR", "resource": {"labels": pod}},
        "firelens": {"container_id": f"c{who}", "log": text, "source": "stderr", "container_name": f"/{name}"},
        "logcli": {"labels": {"app": name}, "line": text, "timestamp": iso + "Z"},
        "otlp": {"resourceLogs": batch[:: 1 if n % 2 else -1]},
    }  # fmt: skip


SPELLINGS = ["short", "short-iso", "short-local", "json", "export", "syslog", "5424", "cri", "cri-cut", "docker", "docker-cut",
             "compose", "kubectl", "jsonl", "jsonl-bare", "fluent-bit", "google", "firelens", "logcli", "otlp", "logfmt",
             "heroku", "stern", "pm2", "logcat",
             "json-pretty", "verbose", "framed", "stamped", "actions", "ts", "procfile", "driver", "user-info", "python",
             "kail", "unit", "unit-json", "cee", "gcloud", "found", "found-journal", "numbered", "quoted", "indented", "tail", "bleached",
             *ENTIRE]  # fmt: skip


def _framed(message: str) -> str:
    """RFC 6587's octet counting; the newline between entries is ours and belongs to the message."""
    return f"{len(message.encode()) + 1} {message}"


@st.composite
def logs(draw: st.DrawFn) -> bytes:
    """A random log: plain, or lines of three processes in one of the transports' spellings."""
    fragments = draw(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=24))
    kind = draw(st.sampled_from(["plain", *SPELLINGS])) if draw(st.booleans()) else "plain"
    if kind == "plain":
        end = draw(st.sampled_from(["\n", "\n", "\r\n", ""]))
        text = "\n".join(fragments)
        return (text.replace("\n", "\r\n") if end == "\r\n" else text).encode() + end.encode()
    return journal(fragments, random.Random(draw(st.integers(0, 1 << 30))), kind).encode()


NEAR = {"LOOKBACK": 400, "MAX_SPAN": 3000, "SILENCE": 1200, "HELD": 600, "HELD_BARE": 200, "DETECT": 900, "NEAR": 200}
MODULES: tuple[Any, ...] = (
    ahead, ends, event_module, feeder, group, grouper, headers, lane, lookback, scanner, scanstate, stride, traces,
)  # fmt: skip
"""All that know one of these distances."""


@pytest.fixture(autouse=True, scope="module")
def near() -> Iterator[None]:
    """Small distances, so that logs of a few kilobytes reach every limit."""
    with changed([(m, n, value) for m in MODULES for n, value in NEAR.items() if hasattr(m, n)]):
        yield


@contextmanager
def changed(values: Sequence[tuple[Any, str, int]]) -> Iterator[None]:
    """These modules' constants, other than they are."""
    before = [(module, name, getattr(module, name)) for module, name, _ in values]
    for module, name, value in values:
        setattr(module, name, value)
    try:
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)


def start(slow: bool = False, state: State | None = None, level: str = "error", name: str = "log") -> Scanner:
    """A scanner at a source's start, or going on from a state."""
    options = Settings(level=level, reference=REFERENCE, slow=slow)  # type: ignore[arg-type]
    return Scanner(RULES, options, Clock(UTC, REFERENCE), name, state)


def scan(
    data: bytes, slow: bool = False, blocks: list[int] | None = None, level: str = "error"
) -> tuple[list[Event], int]:
    """Events and line count; `blocks` are the places where the data is chopped."""
    one = start(slow, level=level)
    out: list[Event] = []
    at = 0
    for cut in [*sorted(blocks or ()), len(data)]:
        out += one.feed(data[at:cut])
        at = cut
    out += one.finish()
    assert one.bytes == len(data)
    return out, one.lines


EXAMPLES = int(os.environ.get("LOGSCAN_LAWS", "50"))
"""Random logs a test; the nightly run sets more."""
LAWS = settings(
    max_examples=EXAMPLES,
    derandomize="LOGSCAN_LAWS" not in os.environ,  # the same logs for everyone; the nightly run draws new ones
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[phase for phase in Phase if phase is not Phase.explain],  # it takes minutes, and explains little here
)


@LAWS
@given(logs(), st.sampled_from(["error", "warning", "info"]))
def test_fast_is_slow(data: bytes, level: str) -> None:
    """Law 1 and 3: skipping to anchors finds what reading every line finds."""
    assert scan(data, level=level) == scan(data, slow=True, level=level)


def test_a_known_event_whose_header_waited_for_its_second_line_begins_with_the_first() -> None:
    """A header of two lines (java.util.logging's) is one record, also before a traceback that is known."""
    trace = (
        b"""Traceback (most recent call last):\n  File "/srv/app/cart.py", line 8, in load\n    go()\nKeyError: 1\n"""
    )
    handled = b"2026-11-22 10:27:36,100 INFO shop.db: handled\n"
    record = b"Nov 22, 2026 10:27:36 AM shop.Orders load\nWARNING: retrying\n"
    data = handled + (record + trace + handled) * 3
    assert [event.first_line for event in scan(data, level="warning")[0]] == [2, 9, 16]
    assert scan(data, level="warning") == scan(data, slow=True, level="warning")


@LAWS
@given(logs(), st.data())
def test_whole_is_any_chopping(data: bytes, more: st.DataObject) -> None:
    """Blocks may be cut anywhere."""
    cuts = more.draw(st.lists(st.integers(0, len(data)), max_size=12))
    assert scan(data, blocks=cuts) == scan(data)


@LAWS
@given(st.lists(st.integers(0, 900), min_size=1, max_size=8), st.lists(st.integers(0, 7000), max_size=6))
def test_a_long_line_is_shortened_wherever_blocks_end(lengths: list[int], cuts: list[int]) -> None:
    """A line longer than MAX_LINE reads alike, whether it comes in one block or in several."""
    data = b"".join(b"2026-11-22 10:27:36,100 ERROR shop: %d %s\n" % (n, b"x" * n) for n in lengths)
    with (
        changed([(module, "LONG", 150) for module in (feeder, memory, traces)]),
        mock.patch.object(scanner, "MAX_LINE", 400),
        mock.patch.object(feeder, "MAX_LINE", 400),
        mock.patch.multiple(linetext, LINE_HEAD=100, LINE_TAIL=50),
    ):
        whole = scan(data)
        assert scan(data, blocks=[cut for cut in cuts if cut < len(data)]) == whole
        assert scan(data, blocks=list(range(len(data)))) == whole
    assert len(whole[0]) == len(lengths)


@settings(parent=LAWS, max_examples=EXAMPLES // 4)
@given(logs())
def test_byte_by_byte(data: bytes) -> None:
    """The smallest chopping there is."""
    assert scan(data, blocks=list(range(len(data)))) == scan(data)


@LAWS
@given(logs(), st.data())
def test_a_state_carries_over_any_cut(data: bytes, more: st.DataObject) -> None:
    """Pieces = whole: a scanner that starts from its predecessor's state at a line's start goes on as it would have."""
    starts = [0] + [i + 1 for i, byte in enumerate(data) if byte == 10]
    cut = more.draw(st.sampled_from(starts))
    first = start()
    before = first.feed(data[:cut])
    second = start(state=first.state())
    second.look_back(data[:cut])
    after = second.feed(data[cut:]) + second.finish()
    assert (before + after, first.lines + second.lines) == scan(data)


@pytest.mark.parametrize("cell", CELLS)
def test_cells_carry_over_any_cut(cell: str) -> None:
    """Pieces = whole for a table's records: what stands left of a cell ends it, however often it was seen."""
    for other in (*CELLS, TRACE, "starting up", cell):
        data = f"{cell}\n{other}\n{cell}\n".encode()
        whole = scan(data)
        for cut in [i + 1 for i, byte in enumerate(data) if byte == 10]:
            first = start()
            before = first.feed(data[:cut])
            second = start(state=first.state())
            second.look_back(data[:cut])
            after = second.feed(data[cut:]) + second.finish()
            assert (before + after, first.lines + second.lines) == whole


@pytest.mark.parametrize("spelling", ["plain", "short", "json"])
def test_a_state_at_the_end_closes_as_the_whole_does(spelling: str) -> None:
    """Pieces = whole where nothing follows the cut: lines that an open group gives back are looked up behind it."""
    holding = [TRACE, "2026-11-22 10:27:36,100 INFO shop.db: handled\n" + TRACE]
    for pair in itertools.product(holding, FRAGMENTS):
        text = "\n".join(pair) + "\n"
        data = (text if spelling == "plain" else journal(list(pair), random.Random(1), spelling)).encode()
        first = start()
        before = first.feed(data)
        second = start(state=first.state())
        second.look_back(data)
        assert before + second.finish() == scan(data)[0]


def test_an_owner_level_makes_no_event_of_what_follows_its_record() -> None:
    """Law 1: a line without prefix after an error entry and a harmless record of its own is no event, however the log
    is read: the entry's priority speaks for its own line."""
    data = (
        b"<11>Nov 22 10:36:00 web01 billing[102]: step one failed\n"
        b"2026-11-22 10:27:35,144 INFO shop.orders: order 17 ok\n\ninfo: Shop.Orders[0]\n"
        b"<14>Nov 22 10:36:01 web01 billing[102]: ok\n"
    )
    whole = scan(data)
    assert [event.first_line for event in whole[0]] == [1]
    assert scan(data, slow=True) == whole
    assert scan(data, blocks=list(range(len(data)))) == whole


def test_a_line_after_a_harmless_record_is_read_alike_whether_that_was_read_or_not() -> None:
    """Law 1: an unclaimed line behind a whole record, and one that may continue it at the source's end."""
    journal_line = '{"PRIORITY":"6","_PID":"101","__REALTIME_TIMESTAMP":"1795343772000000","MESSAGE":"%s"}\n'
    killed = "2026-11-22 10:27:36.100 UTC [12] LOG:  server process (PID 9) was terminated by signal 9: Killed"
    first = '{"timestamp": "2026-11-22T10:36:00.000000Z", "level": "info", "message": "order 17 ok"}\n'
    data = (first * 1000 + journal_line % killed + journal_line % "\\tfrom t").encode()
    whole = scan(data, slow=True)
    assert len(whole[0]) == 1
    assert scan(data) == whole
    assert scan(data, blocks=list(range(80_000, len(data)))) == whole


def test_what_is_complete_in_itself_is_no_part_of_the_record_before_it() -> None:
    """A file's name between two files lends nothing of the first one's time to what stands below it, also where a line
    above it was looked at before."""
    healthy = b"2026-11-22 10:27:35,144 INFO shop.orders: order 17 ok\n"
    for between in (b"", b"  code: 'E'\n"):
        data = b"==> a.log <==\n" + healthy + between + b"==> b.log <==\nTraceback (most recent call last):\n" + healthy
        events, lines = scan(data)
        assert (events, lines) == scan(data, slow=True)
        assert [event.time for event in events] == [None]


def test_a_long_line_looks_back_to_what_stands_before_it() -> None:
    """A line over MAX_LINE that opens a group takes the record before it, however the log is cut."""
    healthy = b"2026-11-22 10:27:35,144 INFO shop.orders: order 17 ok\n" * 20
    head = b"2026-11-22 10:27:36,000 WARNING shop.db: retrying\n"
    frame = b'  File "/srv/' + b"y" * (scanner.MAX_LINE + 10) + b'", line 3, in deep\n    deep()\nKeyError: 17\n'
    data = healthy + head + frame
    whole = scan(data)
    assert [event.first_line for event in whole[0]] == [21]
    for cut in (len(healthy) + 7, len(healthy + head), len(healthy + head) + 500_000):
        assert scan(data, blocks=[cut]) == whole


def meet(data: bytes, cut: int) -> None:
    """A worker that starts idle at `cut` is right from the offset on at which its state is its predecessor's."""
    starts = [i + 1 for i, byte in enumerate(data) if byte == 10]
    predecessor = start()
    events = predecessor.feed(data[:cut])
    if predecessor.state().transport is None:
        return  # not decided before the cut: the planner hands such a source to one worker
    worker = start(state=State(offset=cut, number=predecessor.state().number, transport=predecessor.state().transport))
    late: list[Event] = []
    for at in [s for s in starts if s > cut] or [len(data)]:
        events += predecessor.feed(data[predecessor.state().offset : at])
        late += worker.feed(data[worker.state().offset : at])
        if at - cut >= scanner.LOOKBACK and predecessor.meets(worker):
            rest = worker.feed(data[at:]) + worker.finish()
            assert events + rest == scan(data)[0]
            return
    assert events + predecessor.finish() == scan(data)[0]  # never met: the predecessor reads on


@LAWS
@given(st.lists(logs(), min_size=1, max_size=3), st.data())
def test_a_worker_meets_its_predecessor(texts: list[bytes], more: st.DataObject) -> None:
    """Pieces = whole: a worker that starts idle anywhere is right from the offset on at which the states meet."""
    data = b"".join(text if text.endswith(b"\n") else text + b"\n" for text in texts)
    starts = [i + 1 for i, byte in enumerate(data) if byte == 10]
    cut = more.draw(st.sampled_from(starts))
    meet(data, cut)


def test_a_stream_that_remembers_nothing_counts_by_where_it_reads_back_to() -> None:
    """Pieces = whole: a worker that began inside a traceback may look back into it; who closed it does not."""
    filler = b"2026-11-22 10:27:35,144 INFO shop.orders: order 17 ok\n" * 18
    said = ["WARNING: retrying", *TRACE.split("\n")]
    record = '{"PRIORITY":"6","_PID":"101","SYSLOG_IDENTIFIER":"api","_TRANSPORT":"stdout","MESSAGE":%s,%s}\n'
    times = [f'"__REALTIME_TIMESTAMP":"17953437720{at:02d}0000"' for at in range(len(said))]
    nested = "".join(record % (json.dumps(text), time) for text, time in zip(said, times, strict=True)).encode()
    data = filler + nested + b"Process Consumer-2:\n" + TRACE.encode() + b"\n"
    for cut in [i + 1 for i, byte in enumerate(data) if byte == 10]:
        meet(data, cut)


def test_that_a_group_stood_among_lines_without_a_header_is_forgotten_out_of_reach() -> None:
    """Pieces = whole: what the last group of an idle stream stood among counts as far as the look-back; a worker that
    began within that group took its first part for such a line."""
    ok, failed = (
        "2026-11-22 10:27:35,144 INFO shop.orders: order 17 ok",
        "2026-11-22 10:27:36,100 ERROR shop.db: query failed",
    )
    parts = [part for line in (ok, ok, failed, ok, ok) for part in (f"stderr P {line[:26]}", f"stderr F {line[26:]}")]
    trace = TRACE.split("\n")
    after = [*trace[:3], "fail: Shop.Orders[0]", trace[3], "      cannot load order 17", trace[4]]
    after += ["/srv/shop/cart.js:21", "info: Shop.Orders[0]", "  total();", "      ok"]
    parts += [
        f"stderr F {failed.replace('ERROR', 'WARNING')}",
        f"stdout F {ok}",
        *(f"stderr F {line}" for line in after),
    ]
    data = f"{ok}\n" + "".join(f"2026-11-22T10:36:00.0000{at:02}000Z {part}\n" for at, part in enumerate(parts))
    for cut in [i + 1 for i, byte in enumerate(data.encode()) if byte == 10]:
        meet(data.encode(), cut)


def test_what_is_remembered_counts_where_it_cannot_be_read_again() -> None:
    """Pieces = whole: a stream of entries of several lines knows that a stack was announced; a worker that began below
    that line does not, and takes the stack for a traceback without its beginning."""
    frames = TRACE.split("\n")[1:3]
    said = ["waiting for work", "Stack (most recent call last):", *frames, "done", *["waiting for work"] * 4]
    fields = "PRIORITY=6\n_PID=102\nSYSLOG_IDENTIFIER=billing\n_TRANSPORT=stdout\n"
    cursor = "__CURSOR=s=4f185f597c8b4251acbe07ecb65f2211;i={0};b=a4677d86bed64edbbef2ee5fdac30776;m=1;t=2;x=3\n"
    entry = cursor + fields + "__REALTIME_TIMESTAMP=17953437720{0:02d}0000\nMESSAGE={1}\n\n"
    data = "".join(entry.format(at, text) for at, text in enumerate(said)).encode()
    for cut in [i + 1 for i, byte in enumerate(data) if byte == 10]:
        meet(data, cut)


@LAWS
@given(st.lists(logs(), min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_summaries_merge_in_any_order(texts: list[bytes], rng: random.Random) -> None:
    """The sum of the pieces' summaries is the summary of all their events, whatever the order."""
    scanners = [start(name=f"log {n}") for n in range(len(texts))]
    events = [one.feed(text) + one.finish() for one, text in zip(scanners, texts, strict=True)]
    parts = []
    whole = SummaryBuilder()
    for piece in events:
        builder = SummaryBuilder()
        for event in piece:
            builder.add(event)
            whole.add(event)
        parts.append(builder.done())
    rng.shuffle(parts)
    merged = total(parts)
    assert merged == whole.done()
    assert merged.matched + merged.unclassified == sum(map(len, events))


@LAWS
@given(logs())
def test_spans_are_honest(data: bytes) -> None:
    """An event's offset, length, lines and text are where it stands in the log; nothing is longer than MAX_SPAN."""
    text = data.split(b"\n")
    for event in scan(data)[0]:
        assert 0 <= event.offset <= event.offset + event.length <= len(data)
        begins = data[: event.offset].count(b"\n") + 1
        if any(
            mark in data
            for mark in (b"\nMESSAGE=", b'"MESSAGE" : ', b"    MESSAGE=", b" <11>1 ", b'\n    "textPayload": ')
        ):
            assert begins <= event.first_line <= event.last_line  # an entry of several lines: the text's own
            continue
        assert begins == event.first_line
        assert event.first_line <= (event.trace_first_line or event.first_line)
        assert event.last_line == event.first_line + data[event.offset : event.offset + event.length].count(b"\n")
        assert event.last_line <= len(text)
        assert event.length <= scanner_span(data)


def test_an_unclaimed_line_belongs_to_an_owner_that_was_read_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked back at may begin behind the claimed line that it continues: that one was fed already."""
    monkeypatch.setattr(prefilter, "FEW", 0)
    monkeypatch.setattr(prefilter, "SHORT", 0)
    claimed = b"<11>Nov 22 10:36:00 web01 api[101]: 2026-11-22 10:27:35,144 INFO shop.orders: order 17 ok\n"
    data = 2 * claimed + OTHERS[0].encode() + b"\n2026-11-22 10:27:36,000 WARNING shop.db: pool is nearly empty\n"
    assert [event.offset for event in scan(data)[0]] == [2 * len(claimed)]
    assert scan(data) == scan(data, slow=True)


def test_a_last_line_without_a_line_end_counts_no_line_too_many() -> None:
    """Where a group is closed by the source's end, what it gives back is looked up in its own lines."""
    data = (CHAIN.partition("\n\n")[2] + "\n" + OTHERS[3]).encode().rstrip(b"\n")
    found = [(event.first_line, data[: event.offset].count(b"\n") + 1) for event in scan(data)[0]]
    assert len(found) == 2
    assert all(first == begins for first, begins in found)


def scanner_span(data: bytes) -> int:
    """The most that a group may span: MAX_SPAN and the look-back before it."""
    return grouper.MAX_SPAN + grouper.LOOKBACK + max(len(line) for line in data.split(b"\n"))


@pytest.mark.parametrize("anchorless", ["2026-11-22 10:27:35,144 INFO x: ok", "starting up", "", "  indented", "done"])
def test_a_line_without_anchor_leaves_an_idle_scanner_idle(anchorless: str) -> None:
    """Law 1, directly."""
    one = start(slow=True)
    assert one.feed(anchorless.encode() + b"\n") == []
    assert one.pending() == {}
    assert one.finish() == []


def test_past_max_span_an_event_ends_and_says_so() -> None:
    """Law 2: a group longer than MAX_SPAN is cut, what follows is cut at its start, and the limit is counted."""
    frames = b'  File "/srv/app/deep.py", line 3, in deep\n    deep()\n' * 200
    data = b"Traceback (most recent call last):\n" + frames + b"RecursionError: maximum recursion depth exceeded\n"
    one = start()
    events = one.feed(data) + one.finish()
    assert events[0].incomplete == "end"
    assert events[-1].incomplete == "start"
    assert events[-1].exception == "RecursionError"
    assert one.limits["max_span"] == len(events) - 1 >= 1
