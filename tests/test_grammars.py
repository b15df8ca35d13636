"""Groups of languages and of the system whose runtimes are not at hand to record, and what is no group.

The shapes are those of the documentation that each grammar names.
"""

import re
import time
from datetime import UTC
from pathlib import Path

import pytest

from logscan.fingerprint import own_frames
from logscan.grammars import HEAD_LINES
from logscan.grammars.table import Table
from logscan.model import Event, Traceback
from logscan.registry import GRAMMARS, Settings
from logscan.scanner import Scanner
from logscan.signature import load
from logscan.timestamps import Clock

RULES = load([], bundled=True)
REFERENCE = 1_795_343_772_000_000
INFO = "2026-11-22 10:27:35,144 INFO shop.orders: order 17 ok"

DOTNET = """Unhandled exception. System.InvalidOperationException: cannot load order 7
 ---> System.FormatException: no number: x1
   at Shop.Orders.Parse(String text) in /srv/app/Orders.cs:line 12
   at Shop.Orders.Load(Int32 id) in /srv/app/Orders.cs:line 20
   --- End of inner exception stack trace ---
   at Shop.Orders.Load(Int32 id) in /srv/app/Orders.cs:line 24
   at Shop.Program.<Main>$(String[] args) in /srv/app/Program.cs:line 3"""
DOTNET_CONSOLE = """fail: Shop.Orders[0]
      cannot load order 7
      System.FormatException: no number: x1
         at Shop.Orders.Parse(String text) in /srv/app/Orders.cs:line 12
         at Shop.Program.<Main>$(String[] args) in /srv/app/Program.cs:line 3"""
DART = """Unhandled exception:
FormatException: no number: x1
#0      parse (package:shop/orders.dart:12:5)
<asynchronous suspension>
#1      main (file:///srv/app/main.dart:3:3)
<asynchronous suspension>"""
OOPS = """[   76.455151] BUG: unable to handle page fault for address: 00000001003e000b
[   76.455155] #PF: supervisor read access in kernel mode
[   76.455156] PGD 114bde067 P4D 114bde067 PUD 0
[   76.455158] Oops: 0000 [#1] PREEMPT SMP NOPTI
[   76.455160] CPU: 3 PID: 1220 Comm: shop Not tainted 6.1.0-13-amd64 #1
[   76.455162] RIP: 0010:shop_read+0x189/0xf70 [shopfs]
[   76.455164] RAX: 0000000000000000 RBX: 0000000000000206 RCX: 0000000000000000
[   76.455173] Call Trace:
[   76.455175]  <TASK>
[   76.455179]  ? page_fault_oops+0x189/0xf70
[   76.455180]  vfs_read+0x4e5/0x680
[   76.455182]  </TASK>
[   76.455190] ---[ end trace 0000000000000000 ]---"""
LOCKUP = """[ 3001.000001] watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [shop:1220]
[ 3001.000002] Modules linked in: shopfs(O) ext4
[ 3001.000003] CPU: 1 PID: 1220 Comm: shop Tainted: G           O 6.1.0-13-amd64 #1
[ 3001.000004] RIP: 0010:shop_spin+0x10/0x20 [shopfs]
[ 3001.000005] Call Trace:
[ 3001.000006]  shop_write+0x4e5/0x680 [shopfs]"""
WARNED = """[   10.000001] ------------[ cut here ]------------
[   10.000002] WARNING: CPU: 0 PID: 17 at fs/shop/inode.c:212 shop_evict+0x56/0x1d0 [shopfs]
[   10.000003] Modules linked in: shopfs(O)
[   10.000004] Call Trace:
[   10.000005]  evict+0xcc/0x1d0
[   10.000006] ---[ end trace f5ed95e4175b753a ]---"""
HUNG = """[ 4000.000001] INFO: task shop:1220 blocked for more than 120 seconds.
[ 4000.000002]       Not tainted 6.1.0-13-amd64 #1
[ 4000.000003] "echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.
[ 4000.000004] task:shop            state:D stack:    0 pid: 1220 ppid:     1 flags:0x00004000
[ 4000.000005] Call Trace:
[ 4000.000006]  __schedule+0x2eb/0x8d0"""
OOM = """[ 5000.000001] shop invoked oom-killer: gfp_mask=0x100cca(GFP_HIGHUSER_MOVABLE), order=0, oom_score_adj=0
[ 5000.000002] CPU: 0 PID: 1342 Comm: shop Not tainted 6.1.0-13-amd64 #1
[ 5000.000003] Call Trace:
[ 5000.000004]  dump_header+0x4a/0x240
[ 5000.000005] Mem-Info:
[ 5000.000006] active_anon:114711 inactive_anon:2124 isolated_anon:0
                active_file:23 inactive_file:30 isolated_file:0
[ 5000.000007] Node 0 DMA free:11808kB min:372kB low:464kB high:556kB
[ 5000.000008] lowmem_reserve[]: 0 3411 3411 3411
[ 5000.000009] 2124 total pagecache pages
[ 5000.000009] memory+swap: usage 49152kB, limit 9007199254740988kB, failcnt 0
[ 5000.000009] Memory cgroup stats for /shop:
[ 5000.000009] cache 0
[ 5000.000009] hierarchical_memory_limit 50331648
[ 5000.000009] Unreclaimable slab info:
[ 5000.000009] Name                      Used          Total
[ 5000.000009] kmalloc-rcl-1k            96KB         96KB
[ 5000.000010] Tasks state (memory values in pages):
[ 5000.000011] [  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name
[ 5000.000012] [    342]     0   342     6220      811    86016        0          -250 systemd-journal
[ 5000.000013] oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,task=shop,pid=1342,uid=0
[ 5000.000014] Out of memory: Killed process 1342 (shop) total-vm:47820kB, anon-rss:7560kB, UID:0 oom_score_adj:0
[ 5000.000015] oom_reaper: reaped process 1342 (shop), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB"""
NOBODY = f"""{OOM.partition("[ 5000.000013]")[0]}[ 5000.000013] Out of memory and no killable processes...
[ 5000.000014] Kernel panic - not syncing: System is deadlocked on memory
[ 5000.000015] CPU: 0 PID: 98 Comm: tail Not tainted 6.1.0-56-cloud-amd64 #1  Debian 6.1.192-2
[ 5000.000016] Call Trace:
[ 5000.000017]  panic+0x118/0x2f4"""
IO_ERROR = "[ 6000.000001] blk_update_request: I/O error, dev sda, sector 1953525 op 0x0:(READ) flags 0x0 phys_seg 1"
RING_REST = "[ 9000.000001] usb 1-1: new high-speed USB device number 2 using xhci_hcd"
UNIT = """shop.service: Main process exited, code=exited, status=1/FAILURE
shop.service: Failed with result 'exit-code'.
shop.service: Scheduled restart job, restart counter is at 5.
shop.service: Start request repeated too quickly.
shop.service: Failed with result 'start-limit-hit'.
Failed to start shop.service - The shop."""
HOTSPOT = """#
# A fatal error has been detected by the Java Runtime Environment:
#
#  SIGSEGV (0xb) at pc=0x00007f0a1c0a3b10, pid=12, tid=13
#"""
RUST_OLD = """thread 'main' panicked at 'cannot load order 7', src/main.rs:26:9
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace"""
RAILS = """NoMethodError (undefined method `total' for nil:NilClass):

app/controllers/carts_controller.rb:12:in `show'
app/models/cart.rb:3:in `total'"""
OVERFLOW = """Stack overflow.
Repeat 11900 times:
--------------------------------
   at Shop.Cart.Pay()
--------------------------------
   at Shop.Program.Main()"""
FATAL = """Fatal error. Internal CLR error. (0x80131506)
   at Shop.Program.Main()"""
DOUBLE_FREE = """=================================================================
==39==ERROR: AddressSanitizer: attempting double-free on 0x602000000010 in thread T0:
    #0 0x55aa6d01b6fb in pay shop.c:12
    #1 0x55aa6d01b6fc in main shop.c:20

SUMMARY: AddressSanitizer: double-free shop.c:12 in pay
==39==ABORTING"""
RUBY_CRASH = """shop.rb:23: [BUG] Segmentation fault at 0x00000000000002bc
ruby 3.1.2p20 (2022-04-12 revision 4491bb740a) [x86_64-linux-gnu]

-- Control frame information -----------------------------------------------
c:0002 p:0687 s:0009 E:000bf8 EVAL   shop.rb:23 [FINISH]

-- Ruby level backtrace information ----------------------------------------
shop.rb:23:in `<main>'
shop.rb:12:in `pay'

-- Other runtime information -----------------------------------------------

* Loaded script: shop.rb

* Loaded features:

    0 enumerator.so
    1 thread.rb

[NOTE]
You may have encountered a bug in the Ruby interpreter or extension libraries."""
COROUTINE = """java.lang.IllegalStateException: no stock
\tat shop.Cart.pay(Cart.kt:5)
\tSuppressed: kotlinx.coroutines.DiagnosticCoroutineContextException: [StandaloneCoroutine{Cancelling}@1, Dispatchers.Default]"""
ROOT_FIRST = """java.io.IOException: Connection reset
\t... 2 common frames omitted
Wrapped by: shop.PayException: card declined
\tat shop.Cart.pay(Cart.java:5)
\tat shop.Main.main(Main.java:9)
\tSuppressed: java.lang.IllegalStateException: open
\t\t... 2 common frames omitted"""
LARAVEL = """[2026-11-22 10:27:36] production.ERROR: no stock {"exception":"[object] (Shop\\\\NoStock(code: 0): no stock
at all at /srv/x.php:3)
[stacktrace]
#0 /srv/y.php(4): Shop\\\\Cart->load()
#1 {main}

[previous exception] [object] (PDOException(code: 2002): refused at /srv/z.php:9)
[stacktrace]
#0 {main}
"} """
APACHE_PHP = (
    "[Sun Nov 22 10:27:36.100200 2026] [php:error] [pid 12] [client 10.0.0.1:1] PHP Fatal error:  Uncaught Shop\\NoStock: no"
    " stock in /srv/x.php:3\\nStack trace:\\n#0 /srv/y.php(4): pay()\\n#1 {main}\\n  thrown in /srv/x.php on line 3"
)
NO_MEMORY = """#
# There is insufficient memory for the Java Runtime Environment to continue.
# Native memory allocation (mmap) failed to map 16384 bytes for committing reserved memory.
# /srv/hs_err_pid12.log"""
HANDLER = 'Exception: java.lang.OutOfMemoryError thrown from the UncaughtExceptionHandler in thread "main"'
JBOSS = """2026-11-22 10:27:36,100 ERROR [io.undertow.request] (task-1) UT005023: Exception handling /x: java.lang.RuntimeException: x
\tat shop.Cart.pay(Cart.java:15)"""
MYSQLD = """2026-11-22T10:27:36Z UTC - mysqld got signal 11 ;
Most likely, you have hit a bug.

/usr/sbin/mysqld(my_print_stacktrace(unsigned char const*, unsigned long)+0x41) [0x1]

The manual page at http://dev.mysql.com/doc/mysql/en/crashing.html contains
information that should help you find out what is causing the crash."""
KLOG = """F1122 10:27:36.100000       1 main.go:55] cannot start: address already in use
goroutine 1 [running]:
main.main()
\t/srv/main.go:55 +0x1d"""
GROUPS = {
    "Phoenix": ("""10:27:36.100 [error] #PID<0.1.0> running ShopWeb.Endpoint (connection #PID<0.2.0>, stream id 1) terminated
Server: localhost:4000 (http)
Request: GET /pay
** (exit) an exception was raised:
    ** (FunctionClauseError) no function clause matching in Shop.pay/1
        (shop 0.1.0) lib/shop.ex:9: Shop.pay(1)
        (phoenix 1.6.0) lib/phoenix/router.ex:354: Phoenix.Router.__call__/2""", "FunctionClauseError",
        "no function clause matching in Shop.pay/1", [], 2),
    "an exit in Elixir": ("""** (exit) exited in: GenServer.call(Shop.Cart, :pay, 5000)
    ** (EXIT) an exception was raised:
        ** (RuntimeError) no stock
            (shop 0.1.0) lib/shop.ex:9: Shop.pay(1)""", "exit", None, ["RuntimeError"], 0),
    "Puma": ("""2026-11-22 10:27:36 +0000 Rack app ("GET /pay" - (127.0.0.1)): #<Shop::NoStock: no stock>
/srv/app/config.ru:3:in `block in <main>'
/srv/app/shop.rb:76:in `handle_request'""", "Shop::NoStock", "no stock", [], 2),
    "Puma, two lines": ("""#<ZeroDivisionError: divided by 0>
/srv/app/config.ru:3:in `/'""", "ZeroDivisionError", "divided by 0", [], 1),
    "SemanticLogger": ("""2026-11-22 10:27:36.100000 E [12:puma shop.rb:3] Shop -- cannot load -- Exception: Shop::NoStock: no stock
/srv/app/shop.rb:3:in `load'""", "Shop::NoStock", "no stock", [], 1),
    "Rust, returned": ("""Error: cannot load the cart

Caused by:
    0: cannot read cart.json
    1: No such file or directory (os error 2)""", "Error", "cannot load the cart", ["Error", "Error"], 0),
    "Prisma": ("PrismaClientKnownRequestError: \nInvalid `prisma.user.create()` invocation:\n\n\nUnique constraint failed\n"
        "    at Ln.handle (/srv/app/db.js:121:7174) {\n  code: 'P2002',\n  clientVersion: '5.0.0'\n}",
        "PrismaClientKnownRequestError", None, [], 1),
    "Deno": ("error: Uncaught (in promise) TypeError: x is no function\n    throw new TypeError('x');\n          ^\n"
        "    at pay (file:///srv/shop.ts:3:11)\n    at file:///srv/shop.ts:9:1", "TypeError", "x is no function", [], 2),
    "Bun": ("error: no stock\n      at pay (/srv/x.ts:1:7)\n      at /srv/x.ts:9:1", "Error", "no stock", [], 2),
    "Clojure": ("Execution error (ArithmeticException) at shop.core/pay (core.clj:5).\nDivide by zero\n\nFull report at:\n"
        "/tmp/clojure-17.edn", "ArithmeticException", "Divide by zero", [], 1),
    "a mount": ("data.mount: Mount process exited, code=exited, status=32/n/a\ndata.mount: Failed with result 'exit-code'.\n"
        "Failed to mount /data.", "exit-code", "data.mount: Mount process exited, code=exited, status=32/n/a", [], 0),
    "Laravel": (LARAVEL, "Shop\\NoStock", "no stock\nat all", ["PDOException"], 2),
    "PHP, in Apache's log": (APACHE_PHP, "Shop\\NoStock", "no stock", [], 2),
    "JVM, no memory to begin with": (NO_MEMORY, None, None, [], 0),
    "JVM, no memory to say more": (HANDLER, "java.lang.OutOfMemoryError", None, [], 0),
    "a JVM without a program": ("Error: Could not find or load main class shop.Main\nCaused by: "
        "java.lang.ClassNotFoundException: shop.Main", "Error", None, ["java.lang.ClassNotFoundException"], 0),
    "a JVM without a file": ("Error: Unable to access jarfile shop.jar", "Error", "Unable to access jarfile shop.jar", [], 0),
    "a JVM that cannot begin": ("Error occurred during initialization of VM\nCould not reserve enough space for 1048576KB"
        " object heap", None, None, [], 0),
    "JBoss, a code first": (JBOSS, "java.lang.RuntimeException", "x", [], 1),
    "a shell, of a crash": ("./run.sh: line 3: 12345 Segmentation fault      (core dumped) ./shop", "Segmentation fault",
        "./shop", [], 0),
    "a shell, of a kill": ("./run.sh: line 3: 12345 Killed                  ./shop", "Killed", "./shop", [], 0),
    "an assertion, and a shell": ("shop: cart.c:5: main: Assertion `x == 1' failed.\nAborted (core dumped)",
        "assertion failed", "x == 1", [], 1),
    "an abort, and a shell": ("free(): double free detected in tcache 2\n./run.sh: line 2: 32577 Aborted                 ./shop",
        "free()", "double free detected in tcache 2", [], 0),
    "MySQL's crash": (MYSQLD, "signal 11", None, [], 0),
    "klog, fatal": (KLOG, None, "cannot start: address already in use", [], 1),
    "dotnet": (DOTNET, "System.InvalidOperationException", "cannot load order 7", ["System.FormatException"], 2),
    "dotnet's stack": (OVERFLOW, "System.StackOverflowException", "Stack overflow.", [], 2),
    "dotnet's end": (FATAL, None, "Fatal error. Internal CLR error. (0x80131506)", [], 1),
    "double free": (DOUBLE_FREE, "AddressSanitizer: double-free", "on 0x602000000010 in thread T0:", [], 2),
    "ruby's crash": (RUBY_CRASH, "BUG", "Segmentation fault at 0x00000000000002bc", [], 2),
    "coroutine": (COROUTINE, "java.lang.IllegalStateException", "no stock",
                  ["kotlinx.coroutines.DiagnosticCoroutineContextException"], 1),
    "root cause first": (ROOT_FIRST, "shop.PayException", "card declined",
                         ["java.io.IOException", "java.lang.IllegalStateException"], 2),
    "dart": (DART, "FormatException", "no number: x1", [], 2),
    "oops": (OOPS, "BUG", "unable to handle page fault for address: 00000001003e000b", [], 2),
    "lockup": (LOCKUP, "soft lockup", "CPU#1 stuck for 22s! [shop:1220]", [], 2),
    "kernel warning": (WARNED, "WARNING", "CPU: 0 PID: 17 at fs/shop/inode.c:212 shop_evict+0x56/0x1d0 [shopfs]", [], 2),
    "hung task": (HUNG, "hung task", "task shop:1220 blocked for more than 120 seconds.", [], 1),
    "oom": (OOM, "out of memory", "Killed process 1342 (shop) total-vm:47820kB, anon-rss:7560kB, UID:0 oom_score_adj:0", [], 1),
    "oom, nobody": (NOBODY, "out of memory", OOM.partition("\n")[0].partition("] ")[2], [], 2),
    "i/o error": (IO_ERROR, "I/O error", None, [], 0),
    "unit": (UNIT, "start-limit-hit", "shop.service: Main process exited, code=exited, status=1/FAILURE", [], 0),
    "hotspot": (HOTSPOT, None, None, [], 0),
    "rust before 1.73": (RUST_OLD, "panic", "cannot load order 7", [], 1),
    "rails": (RAILS, "NoMethodError", "undefined method `total' for nil:NilClass", [], 2),
}  # fmt: skip

UNCAUGHT = [
    "PHP Fatal error:  Uncaught ShopError: no stock in /srv/shop/cart.php:22",
    "Stack trace:",
    "#0 /srv/shop/index.php(9): pay()",
    "#1 {main}",
    "  thrown in /srv/shop/cart.php on line 22",
]
SAID = '[26-Nov-2026 10:27:35] WARNING: [pool www] child 12 said into stderr: "'


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(UNCAUGHT),
        "NOTICE: PHP message: " + "\n".join(UNCAUGHT),
        "\n".join(f'{SAID}{line}"' for line in UNCAUGHT),
        "\n".join(f'{SAID}{line}"' for line in ["NOTICE: PHP message: " + UNCAUGHT[0], *UNCAUGHT[1:]]),
    ],
)
def test_the_level_of_phps_error_is_its_own_not_that_of_who_passes_it_on(text: str) -> None:
    """php-fpm's NOTICE and WARNING say nothing of a fatal error; with its header on every line it is one event, twice it
    is two."""
    rest = f'{SAID}shop: stock is low"'
    events = scan("\n".join([rest, text, text, rest, ""]))
    assert [event.last_line - event.first_line for event in events] == [4, 4]
    for event in events:
        assert (event.level, event.severity) == ("critical", "critical")
        assert (event.exception, event.message, len(event.frames)) == ("ShopError", "no stock", 2)
    assert len({event.fingerprint for event in events}) == 1


REPORTS = """=PROGRESS REPORT==== 26-Nov-2026::11:16:32.000001 ===
    application: shop
=ERROR REPORT==== 26-Nov-2026::11:16:33.746231 ===
Error in process <0.79.0> with exit value:
{badarg,[{shop,load,0,[{file,"shop.erl"},{line,3}]}]}

=WARNING REPORT==== 26-Nov-2026::11:16:34.000001 ===
stock is low
=CRASH REPORT==== 6-Nov-2026::11:16:35 ===
  crasher:
    exception error: no match of right hand side value 2
      in function  shop:pay/0 (shop.erl, line 9)
=INFO REPORT==== 26-Nov-2026::11:16:36.000001 ===
ok
"""


def test_erlangs_reports_have_the_time_of_their_first_line() -> None:
    """Day, month and year, two colons, and the time; a report ends where the next one begins."""
    error, crash = scan(REPORTS)
    assert (error.first_line, error.last_line, error.exception, error.level) == (3, 5, "badarg", "error")
    assert (crash.first_line, crash.last_line, crash.exception, crash.level) == (9, 12, "error", "error")
    assert (error.time, crash.time) == (1_795_691_793_746_231, 1_793_963_795_000_000)
    assert error.text.startswith("=ERROR REPORT==== ")


AT_HEAP = "\tat shop.Heap.main(Heap.java:1)"


@pytest.mark.parametrize("name", ["java.lang.OutOfMemoryError", "java.net.UnknownHostException"])
def test_the_head_of_a_traceback_may_hold_a_signatures_words(name: str) -> None:
    """Below a harmless record the line that names the exception is a candidate for itself; with the frames it is their
    traceback's, and the record above lends it its time. The words may stand in the record's own message."""
    for text in (f"{name}: Java heap space\n{AT_HEAP}", f"{name}: Java heap space\nand more\n{AT_HEAP}"):
        log = f"{INFO}\n{text}\n{INFO}\nand a line of its own\n{text}\n{INFO}\n"
        events = scan(log)
        assert [event.text for event in events] == [text, text]
        for event in events:
            assert (event.exception, len(event.frames), event.incomplete) == (name, 1, None)
            assert event.time is not None
    (event,) = scan(f"{INFO}: {name}: Java heap space\n{AT_HEAP}\n{INFO}\n")
    assert (event.first_line, event.last_line, event.exception, event.level) == (1, 2, name, "info")


DUMP = """java.lang.OutOfMemoryError: Java heap space
Dumping heap to java_pid7.hprof ...
Heap dump file created [9487339 bytes in 0.015 secs]"""
COMMAND = """#
# java.lang.OutOfMemoryError: Java heap space
# -XX:OnOutOfMemoryError="kill -9 %p"
#   Executing /bin/sh -c "kill -9 7"..."""
OUT_OF_MEMORY = {
    "dump, thrown": f'{DUMP}\nException in thread "main" java.lang.OutOfMemoryError: Java heap space\n\tat Heap.main(Heap.java:1)',
    "dump, printed": f"{DUMP}\njava.lang.OutOfMemoryError: Java heap space\n\tat Heap.main(Heap.java:1)",
    "dump, exit": "java.lang.OutOfMemoryError: Java heap space\nDumping heap to /dev/null ...\nUnable to create /dev/null: "
    "File exists\nTerminating due to java.lang.OutOfMemoryError: Java heap space",
    "dump alone": DUMP,
    "command, exit": f"{COMMAND}\nTerminating due to java.lang.OutOfMemoryError: Java heap space",
    "exit": "Terminating due to java.lang.OutOfMemoryError: Java heap space",
    "abort": f"Aborting due to java.lang.OutOfMemoryError: Java heap space\n{HOTSPOT}",
}


@pytest.mark.parametrize("name", list(OUT_OF_MEMORY))
def test_a_jvm_runs_out_of_memory_once(name: str) -> None:
    """What the JVM says of the heap's dump, of its command, of its end, and the exception that is thrown are one event;
    a dump that somebody asked for is none."""
    text = OUT_OF_MEMORY[name]
    asked = DUMP.partition("\n")[2]
    events = scan(f"{INFO}\n{text}\n{INFO}\n{asked}\n{text}\n{INFO}\n")
    assert [event.text for event in events] == [text, text]
    for event in events:
        assert (event.exception, event.message) == ("java.lang.OutOfMemoryError", "Java heap space")
        assert (event.incomplete, event.signature) == (None, "jvm.heap-oom")


PINO_PRETTY = """    err: {
      "type": "Error",
      "stack":
          PayError: card declined
              at pay (/srv/shop/pay.js:2:40)
          caused by: Error: gateway 502
              at ask (/srv/shop/pay.js:9:9)"""


def test_causes_that_loggers_join_are_one_chain() -> None:
    """Node: `caused by: ` or `Caused by: ` before the stack of each cause, also where the whole is indented; a cause's
    message may have several lines."""
    stack = "PayError: card declined\n    at pay (/srv/shop/pay.js:2:40)\n"
    for word in ("caused by", "Caused by"):
        text = f"{stack}{word}: Error: gateway 502\n\nno answer\n    at ask (/srv/shop/pay.js:9:9)"
        (event,) = scan(f"{INFO}\n{text}\n{INFO}\n")
        assert (event.exception, event.message, event.text) == ("PayError", "card declined", text)
        assert [(link.exception, link.message, len(link.frames)) for link in event.chain] == [
            ("Error", "gateway 502\n\nno answer", 1)
        ]
    (event,) = scan(f"[10:27:36.000] ERROR (7): card declined\n{PINO_PRETTY}\n{INFO}\n")
    assert (event.exception, [link.exception for link in event.chain]) == ("PayError", ["Error"])


REJECTED = """Unhandled Rejection at: Promise {
  <rejected> ShopFailure: no stock
  of lamps
      at pay (/srv/shop/cart.js:6:67)
      at main (/srv/shop/cart.js:9:1) {
    code: 'E_STOCK',
    [cause]: Error: shelf is empty
        at load (/srv/shop/stock.js:1:1)
  }
} reason: ShopFailure: no stock
  of lamps
    at pay (/srv/shop/cart.js:6:67)
    at main (/srv/shop/cart.js:9:1) {
  code: 'E_STOCK',
  [cause]: Error: shelf is empty
      at load (/srv/shop/stock.js:1:1)
}"""
REJECTED_PLAINLY = """Unhandled Rejection at: Promise {
  <rejected> Error: no stock
      at pay (/srv/shop/cart.js:6:67)
} reason: Error: no stock
    at pay (/srv/shop/cart.js:6:67)"""


@pytest.mark.parametrize(
    ("text", "exception", "message", "chain", "frames"),
    [
        (REJECTED, "ShopFailure", "no stock\n  of lamps", ["Error"], 2),
        (REJECTED_PLAINLY, "Error", "no stock", [], 1),
    ],
)
def test_a_rejection_is_one_failure(text: str, exception: str, message: str, chain: list[str], frames: int) -> None:
    """Node's documented handler prints the promise with its error, and the reason, which is the same one again."""
    events = scan(f"Info: listening\n{text}\nlistening\n{text}\n{INFO}\n")
    assert [event.text for event in events] == [text, text]
    for event in events:
        assert (event.exception, event.message, len(event.frames)) == (exception, message, frames)
        assert [link.exception for link in event.chain] == chain


LOGGED = "[2026-11-26T10:27:36.12545{} #12] "
RAILS_LINES = [
    "  ",
    "ActionView::Template::Error (undefined method `total' for nil:NilClass):",
    "    1: <p>",
    "    2: <%= @cart.total %>",
    "  ",
    "app/views/carts/show.html.erb:2:in `_app_views_carts_show'",
    "app/controllers/carts_controller.rb:12:in `show'",
]
RAILS_MESSAGE = [
    "  ",
    "ActiveRecord::RecordNotUnique (PG::UniqueViolation: ERROR:  duplicate key",
    "DETAIL:  Key (id)=(17) already exists.",
    "):",
    "  ",
    "app/models/cart.rb:3:in `pay'",
    "",
    "Causes:",
    "PG::UniqueViolation (ERROR:  duplicate key",
    "DETAIL:  Key (id)=(17) already exists.",
    ")",
    "app/models/cart.rb:3:in `pay'",
]
KEY = "ERROR:  duplicate key\nDETAIL:  Key (id)=(17) already exists."


@pytest.mark.parametrize("tags", ["", "[8f3a-17] ", "[8f3a-17] [10.0.0.7] "])
@pytest.mark.parametrize(
    ("lines", "exception", "message", "chain", "frames"),
    [
        (RAILS_LINES, "ActionView::Template::Error", "undefined method `total' for nil:NilClass", [], 2),
        (
            RAILS_MESSAGE,
            "ActiveRecord::RecordNotUnique",
            f"PG::UniqueViolation: {KEY}",
            [("PG::UniqueViolation", KEY)],
            1,
        ),
    ],
)
def test_a_failure_of_rails_is_read_below_its_blank_line(
    tags: str, lines: list[str], exception: str, message: str, chain: list[tuple[str, str]], frames: int
) -> None:
    """The record's first line says nothing; the tags stand before each line but those inside a message. Rails before 5.2
    writes every line as a record of its own, a moment apart; in development there is no header at all."""
    inside = ("DETAIL", ")", "Causes", "")
    tagged = [line if line.startswith(inside[:3]) or not line else tags + line for line in lines]
    info = f"I, {LOGGED.format(9)} INFO -- : {tags}ok"
    blocks = [f"F, {LOGGED.format(0)}FATAL -- : " + "\n".join(tagged)]
    if lines is RAILS_LINES:
        blocks.append("\n".join(f"F, {LOGGED.format(n)}FATAL -- : {line}" for n, line in enumerate(tagged)))
    for block in blocks:
        gave_up = f"F, {LOGGED.format(8)}FATAL -- : giving up"
        for log in (f"{info}\n{block}\n{info}\n{block}\n{info}\n", f"{block}\n{block}\n{gave_up}\n"):
            first, second, *rest = scan(log)
            assert [event.message for event in rest] == (["giving up"] if log.startswith("F") else [])
            for event in (first, second):
                assert event.last_line - event.first_line == len(lines) - 1
                assert (event.exception, event.message, len(event.frames)) == (exception, message, frames)
                assert [(link.exception, link.message) for link in event.chain] == chain
                assert (event.level, event.time is not None) == ("critical", True)
    (event,) = scan("Completed 500 Internal Server Error in 12ms\n\n" + "\n".join(tagged) + "\n\n\nStarted GET\n")
    assert (event.exception, event.message, event.language) == (exception, message, "ruby")


def test_a_record_whose_first_line_says_nothing_is_called_by_its_second() -> None:
    """A blank, or the log's tags alone, name no incident, nor does a ruler below."""
    for said in ("", "  ", "[8f3a-17]   ", "\n\n*****"):
        (event,) = scan(f"F, {LOGGED.format(0)}FATAL -- : {said}\nno disk\nat all\n")
        assert (event.title, event.message) == ("no disk", "no disk")


PROPERTIES = """[TypeError: fetch failed] {
  [cause]: [AggregateError: ] { code: 'ECONNREFUSED' }
}"""
COMPILED = """ ⨯ Error: no stock
    at GET (webpack-internal:///(rsc)/./app/api/cart/route.ts:7:11)
    at /srv/shop/app/(shop)/cart.js:6:58"""


@pytest.mark.parametrize(
    ("text", "exception", "message", "chain", "frames"),
    [
        (COMPILED, "Error", "no stock", [], 2),
        (PROPERTIES, "TypeError", "fetch failed", ["AggregateError"], 0),
        ("[Error: no such order] {\n  digest: '17'\n}", "Error", "no such order", [], 0),
        ("[Error: no such file] {\n  code: 'ENOENT',\n  path: 'x'\n}", "Error", "no such file", [], 0),
    ],
)
def test_what_next_prints_of_an_error_is_an_event(
    text: str, exception: str, message: str, chain: list[str], frames: int
) -> None:
    """Frames in files whose path holds parentheses (webpack's layers, groups of routes); an error without a stack, of
    which `util.inspect` prints the properties, or the cause alone."""
    events = scan(f" GET /ok 200 in 12ms\n{text}\n GET /ok 200 in 9ms\n{text}\n ✓ Ready\n")
    assert [event.text for event in events] == [text, text]
    for event in events:
        assert (event.exception, event.message, len(event.frames)) == (exception, message, frames)
        assert ([link.exception for link in event.chain], event.incomplete) == (chain, None)


def test_a_coroutines_context_is_no_more_than_its_line() -> None:
    """Kotlin's exception that tells of a coroutine has no frames: an exception that is printed below it is the next
    event."""
    other = "java.lang.StackOverflowError\n\tat shop.Cart.pay(Cart.kt:9)"
    first, second, third = scan(f"{COROUTINE}\n{COROUTINE}\n{other}\n")
    assert (first.text, second.text, third.text) == (COROUTINE, COROUTINE, other)


NOTHING = [
    "[Error: no such order] {\n}\norder {\n  code: 'ENOENT'\n}",
    "order {\n  code: 'E17',\n  digest: 'x',\n  [cause]: undefined\n}",
    "panic: press the red button\n\nand breathe",
    "goroutine 7 [running]:\nis a nice name",
    "Error: see the manual\n  at your leisure",
    "TypeError: 12 of them today\n    at the counter (door 3)",
    "retry after java.net.SocketTimeoutException: Read timed out",
    "Caused by: the weather\n\tat the usual place (home)",
    "Stack trace:\nnone\n#0 is the first",
    "\tfrom the shop",
    "shop.rb: closed (Sunday)",
    "stack backtrace:\nnone",
    "== 12 == ERROR is the name of the section",
    "feat: [BUG] is no label any more\n- cart.rb:12: [x] BUG",
    "Stack overflow.\nis a site",
    "DEBUG: unable to handle it, trying again",
    "=PROGRESS REPORT==== 25-Nov-2026::18:36:11 ===\n    application: shop",
    "a list ** (Sunday) and ** (x)",
    "#0    the first of many (see below)",
    "shop.service: Main process exited, code=exited, status=0/SUCCESS",
    '"main" #1 prio=5 os_prio=0 cpu=80ms\n   java.lang.Thread.State: RUNNABLE\n\tat shop.Cart.pay(Cart.java:15)',
    "Aborted (core dumped)",
    "Error: see below\nCaused by:\n    rain",
    "delays\n\nCaused by:\n    0: rain",
    "the Segmentation fault of 1998\na Bus error is rare",
    "[stacktrace]\n#0 is the first",
    "mysqld got signal 15",
    "Trace: where am I\n    at pay (/srv/shop/cart.js:6:67)",
]


def scan(text: str) -> list[Event]:
    scanner = Scanner(RULES, Settings(reference=REFERENCE), Clock(UTC, REFERENCE), "log")
    return scanner.feed(text.encode()) + scanner.finish()


@pytest.mark.parametrize("name", list(GROUPS))
def test_a_group_is_found_whole_between_other_lines(name: str) -> None:
    """From its first line to its last, with its type, message, chain and frames; twice, it is two events."""
    text, exception, message, chain, frames = GROUPS[name]
    rest = RING_REST if text.startswith("[ ") else INFO
    events = scan("\n".join([rest, text, rest, text, rest, ""]))
    assert [event.text for event in events] == [text, text]
    for event in events:
        assert event.exception == exception
        assert message is None or event.message == message
        assert [link.exception for link in event.chain] == chain
        assert len(event.frames) == frames
        assert event.incomplete is None
    assert events[0].fingerprint == events[1].fingerprint


@pytest.mark.parametrize("stamp", ["", "[Sun Nov 22 10:27:36 2026] ", "2026-11-22T10:27:36,100200+00:00 "])
def test_a_task_that_hangs_is_no_information(stamp: str) -> None:
    """What the kernel prints before it is no level."""
    (event,) = scan(f"{stamp}INFO: task shop:1220 blocked for more than 120 seconds.\n")
    assert (event.exception, event.level, event.severity) == ("hung task", None, "error")


RINGS = [
    "[Sun Nov 22 10:27:{:02}.]",
    "2026-11-22T10:27:{:02},100200+00:00",
    "kern  :warn  : [   76.4551{:02}]",
    "<4>[   76.4551{:02}]",
]


@pytest.mark.parametrize("ring", [ring.replace(".]", " 2026]") for ring in RINGS])
@pytest.mark.parametrize("report", [OOPS, LOCKUP, WARNED, HUNG, IO_ERROR])
def test_a_kernels_report_is_one_event_however_dmesg_prints_its_time(ring: str, report: str) -> None:
    """As a time of day (-T, --time-format iso), behind facility and level (-x), behind a number (-r)."""
    said = [line[14:].lstrip("]") for line in report.split("\n")]
    text = "\n".join(ring.format(n) + line for n, line in enumerate(said))
    rest = ring.replace("warn  ", "info  ").format(59) + " usb 1-1: new device"
    (event,) = scan(f"{rest}\n{text}\n{rest}\n")
    (plain,) = scan(f"{RING_REST}\n{report}\n{RING_REST}\n")
    assert event.text == text and (event.exception, event.message) == (plain.exception, plain.message)
    assert event.frames == plain.frames


def test_a_warning_of_nodes_is_no_header() -> None:
    """What follows it has a level and an event of its own; the stack of `--trace-warnings` is the warning's."""
    warning = "(node:12) [DEP0040] DeprecationWarning: The `punycode` module is deprecated."
    stack = "    at pay (/srv/x.js:1:2)"
    (event,) = scan(f"{warning}\nError: no stock\n{stack}\n")
    assert (event.first_line, event.exception, event.severity) == (2, "Error", "error")
    (event,) = scan(f"{warning}\n{stack}\n")
    assert (event.first_line, event.severity) == (1, "warning")


def test_a_record_says_what_stacks_of_gos_are_for() -> None:
    """Where they name no panic; also in JSON."""
    stack = '"stacktrace":"goroutine 5 [running]:\\nmain.x()\\n\\t/srv/main.go:3 +0x1"'
    (event,) = scan(f'{{"level":"error","ts":"2026-11-22T10:27:36Z","msg":"Observed it",{stack}}}\n')
    assert (event.exception, event.message, len(event.frames)) == (None, "Observed it", 1)


def test_what_a_signatures_words_stand_above_keeps_its_head() -> None:
    """A line that a signature might know opens a group that turns out to be none: the lines held below it are read again
    when the traceback comes that they are the head of."""
    panic = "panic: closed\n\ngoroutine 6 [running]:\nmain.main()\n\t/srv/main.go:8 +0x3a"
    events = scan(f"{panic}\nexit status 2\nrestarting\n{panic}\n")
    assert [(event.first_line, event.text) for event in events] == [(1, panic), (8, panic)]


@pytest.mark.parametrize("text", NOTHING)
def test_what_merely_looks_like_a_group_is_none(text: str) -> None:
    """A start that nothing follows opens nothing, nor does a stack that nobody raised."""
    assert scan(f"{INFO}\n{text}\n{INFO}\n") == []
    assert scan(f"{text}\n") == []


@pytest.mark.parametrize("before", ["", "2026-11-22 10:27:36,100 p=12 u=root n=ansible | "])
@pytest.mark.parametrize(
    "said", ["fatal: [web01]: FAILED! => ", "fatal: [web01]: UNREACHABLE! => ", "failed: [web01] (item={'n': 1}) => "]
)
@pytest.mark.parametrize("result", ['{"changed": false, "msg": "no"}', '{\n    "changed": false,\n    "msg": "no"\n}'])
def test_a_task_of_ansible_fails_unless_the_playbook_expects_it(before: str, said: str, result: str) -> None:
    """One event a task and host, from its line to the end of its result; none where `...ignoring` stands below it; a warning
    above it is no header of it."""
    task = f"{before}TASK [load] ****"
    log = f"{before}[WARNING]: no inventory\n\n{task}\n{before}{said}{result}\n"
    events = scan(f"{log}{task}\n{log}{before}...ignoring\n\n{task}\n{log}")
    assert [event.text for event in events] == [f"{before}{said}{result}"] * 2
    assert {event.message for event in events} == {f"{said}no"}
    assert all((event.severity, event.incomplete) == ("error", None) for event in events)
    assert scan(f"{before}ok: [web01] => {result}\n{task}\n{before}connection failed: [web01]\n") == []


def test_a_record_names_the_exception_and_the_frames_follow() -> None:
    """The traceback begins in the message of the record's header, whatever its level."""
    line = "2026-11-22 10:27:36,000 INFO shop.pay: java.io.IOException: stale\n\tat shop.Net.read(Net.java:8)"
    (event,) = scan(f"{INFO}\n{line}\n{INFO}\n")
    assert (event.text, event.exception, event.message) == (line, "java.io.IOException", "stale")
    assert event.time is not None


def test_an_exception_without_frames_in_a_record_is_known() -> None:
    """The JVM leaves out the stacks of exceptions that it has thrown very often."""
    head = "2026-11-22 10:27:36,100 ERROR shop.db: query failed"
    (event,) = scan(f"{head}\njava.lang.NullPointerException: null\n{INFO}\n")
    assert (event.exception, event.message, event.incomplete) == ("java.lang.NullPointerException", None, None)


def test_an_exception_may_be_indented_as_a_whole() -> None:
    """.NET's console logger indents what belongs to a record; the record's own lines may stand before."""
    (event,) = scan(f"{INFO}\n{DOTNET_CONSOLE}\n{INFO}\n")
    assert (event.exception, event.message, len(event.frames)) == ("System.FormatException", "no number: x1", 2)
    assert event.text.endswith("line 3")


def test_a_log_that_begins_among_the_frames_is_cut_at_its_start() -> None:
    """Nothing is dropped: what is left of the traceback is an event without its exception."""
    (event,) = scan(f"\tat shop.Net.read(Net.java:8)\n\tat shop.Net.open(Net.java:3)\n{INFO}\n")
    assert (event.incomplete, event.exception, len(event.frames)) == ("start", None, 2)


def test_a_message_may_be_long_but_not_endless() -> None:
    """The line that names the exception is looked for among the last HEAD_LINES."""
    lines = "\n".join(f"  detail {n}" for n in range(HEAD_LINES - 2))
    (event,) = scan(f"java.lang.Error: many\n{lines}\n\tat shop.Net.read(Net.java:8)\n")
    assert event.exception == "java.lang.Error"
    (event,) = scan(f"java.lang.Error: many\n{lines}\n{lines}\n\tat shop.Net.read(Net.java:8)\n")
    assert event.incomplete == "start"


def test_fingerprints_know_frames_and_not_line_numbers() -> None:
    """A deploy moves lines, a thread's name changes: the group stays the same; another place is another group."""
    text = 'Exception in thread "{}" java.lang.Error: n{}\n\tat shop.Net.{}(Net.java:{})\n\tat java.base/java.lang.Thread.run(Thread.java:1)\n'
    one, two, three = (
        scan(text.format(*parts))[0] for parts in (("a", 1, "read", 8), ("b", 2, "read", 9), ("a", 1, "open", 8))
    )
    assert one.fingerprint == two.fingerprint != three.fingerprint
    trace = Traceback(one.language or "", one.exception, one.message, one.frames, one.chain)
    assert [frame.module for frame in own_frames(trace)] == ["shop.Net"]


def test_every_line_that_opens_a_group_holds_an_anchor() -> None:
    """Law 1, on every line of every recorded language and of the texts above."""
    samples = Path(__file__).parent.parent / "samples" / "languages"
    texts = [path.read_bytes() for path in samples.glob("*/recorded/*.log")]
    texts += [group[0].encode() for group in GROUPS.values()]
    for line in {line for text in texts for line in text.split(b"\n")}:
        for grammar in GRAMMARS:
            if grammar.open(line, False, [b"java.lang.Error: x"]) is not None:
                assert any(anchor in line for anchor in grammar.anchors), (grammar.language, line)


@pytest.mark.parametrize("grammar", GRAMMARS, ids=lambda grammar: grammar.language)
def test_anchors_are_rare_in_healthy_logs(grammar: object) -> None:
    """An anchor that healthy lines hold costs every scan its speed: at most a handful of lines in all healthy samples."""
    healthy = Path(__file__).parent.parent / "samples" / "healthy"
    anchors = re.compile(b"|".join(re.escape(anchor) for anchor in grammar.anchors))  # type: ignore[attr-defined]
    lines = [line for path in healthy.glob("*.log") for line in path.read_bytes().split(b"\n")]
    assert len(lines) > 2500
    assert sum(anchors.search(line) is not None for line in lines) < len(lines) / 200


STARTS = ["    at f (", "    at ", "\tat ", "[a] ", "Error (", "caused by: ", "# ", "  code: '", "} ", "  ", '"', "F ("]
RESTS = [
    "a(b)",
    " (a)",
    "(a:1:1)",
    ":1:1",
    " at f (",
    "[a] ",
    "::A",
    ") ",
    ":",
    "a",
    "1",
    "x.y",
    " in x:1",
    " Promise {",
]


@pytest.mark.parametrize(
    "table", [each for each in GRAMMARS if isinstance(each, Table)], ids=lambda each: each.language
)
def test_no_pattern_takes_long_for_a_line_that_is_not_its_own(table: Table) -> None:
    """Neither what opens a group nor what goes on with one tries again and again (time of the processor)."""
    rules = [rule.pattern for state in table.states.values() for rule in state.rules if rule.pattern is not None]
    for pattern in {*(opener.pattern for opener in table.openers), *rules}:
        pattern.match(b"")  # compiles it
        for start in STARTS:
            for rest in RESTS:
                line = (start + rest * 8192)[:8192].encode()
                begin = time.process_time()
                pattern.match(line)
                assert time.process_time() - begin < 0.1, (pattern.pattern, start, rest)


NODE = """node:events:502
      throw er; // Unhandled 'error' event
      ^

Error: certificate has expired
    at TLSSocket.onConnectSecure (node:_tls_wrap:1699:34)

Node.js v20.20.2"""


@pytest.mark.parametrize("between", ["", "More details here: https://curl.se/docs/sslcerts.html\n\ncurl failed\n"])
def test_lines_that_signatures_know_stand_alone_above_a_traceback(between: str) -> None:
    """Where no record stands above them, each is an event, and what is printed between is nobody's, as it is without a
    traceback below; the traceback has its whole head."""
    known = [
        "verify error:num=10:certificate has expired",
        "curl: (60) SSL certificate problem: self-signed certificate",
    ]
    events = scan("".join(f"{line}\n{between}" for line in known) + NODE + "\n")
    assert [event.text for event in events] == [*known, NODE]
    assert events[-1].first_line == events[-2].last_line + between.count("\n") + 1


@pytest.mark.parametrize("above", ["FATAL ERROR: heap is full", "2026-11-22 10:27:35,144 ERROR shop: cannot pay"])
def test_what_node_prints_of_an_unhandled_error_is_no_records(above: str) -> None:
    """Below an excerpt of the source it is an event of its own, whatever record stands above; an error of syntax, which
    has its excerpt also where a logger prints it, is that record's."""
    events = scan(f"{above}\n{NODE}\n")
    assert [event.text for event in events] == [above, NODE]
    assert (events[1].level, events[1].exception) == (None, "Error")
    (event,) = scan(f"{above}\n{NODE.replace('Error: certificate', 'SyntaxError: certificate')}\n")
    assert (event.first_line, event.exception) == (1, "SyntaxError")


def test_the_process_of_a_crash_may_be_read_as_a_journals_name() -> None:
    """`[uptime] name[pid]: ` is a journal's line without a host, and the kernel's own words about a process."""
    words = "segfault at 0 ip 00007f49fc374219 sp 00007fff84881628 error 4 in libc.so.6[156219,7f49fc244000+156000]"
    code = "Code: fe 7f 5c <c5> fd 74 0f"
    for host in ("", "web01 kernel: "):
        lines = f"{host}shop-worker[4215]: {words}", f"{host}{code}", f"{host}usb 1-1: new device"
        (event,) = scan("".join(f"[85663.86069{n}] {line}\n" for n, line in enumerate(lines)))
        assert (event.first_line, event.last_line, event.exception) == (1, 2, "segfault")
