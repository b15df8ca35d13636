"""The forms in which runtimes, frameworks and older releases of them print one and the same failure.

The shapes are those of the documentation and the sources that each grammar names.
"""

from datetime import UTC

import pytest

from logscan.model import Event
from logscan.registry import Settings
from logscan.scanner import Scanner
from logscan.signature import load
from logscan.timestamps import Clock

RULES = load([], bundled=True)
REFERENCE = 1_795_343_772_000_000
INFO = "2026-11-22 10:27:35,144 INFO shop.orders: order 17 ok"
PLAIN = "and that is all there is to say of it"

FORMS = {
    "Mono": ("""System.TypeInitializationException: no cart ---> System.DllNotFoundException: libshop.so
  at (wrapper managed-to-native) Shop.Native.init(intptr,int)
  at Shop.Native..cctor () [0x00000] in <0f1e2d3c4b5a69788796a5b4c3d2e1f0>:0\x20
   --- End of inner exception stack trace ---
  at Shop.Cart.Pay (System.Collections.Generic.Dictionary`2[System.String,System.Int32] items) [0x0002c] in /srv/a b/Cart.cs:90\x20
  at Main.Shop+<Main>c__AnonStorey0.<>m__0 () [0x00006] in <filename unknown>:0""",
        "System.TypeInitializationException", "no cart", ["System.DllNotFoundException"], 2),
    "Npgsql": ("""Shop.SaveException: cannot save
 ---> Npgsql.PostgresException (0x80004005): 23505: duplicate key

DETAIL: Key (id)=(17) already exists.
   at Npgsql.NpgsqlDataReader.NextResult(Boolean async, CancellationToken token)
  Exception data:
    Severity: ERROR
    MessageText: duplicate key value violates unique constraint "cart"
   --- End of inner exception stack trace ---
   at Shop.Cart.<Save>g__Long|3_0(Cart cart)""", "Shop.SaveException", "cannot save", ["Npgsql.PostgresException"], 1),
    "SqlClient": ("""Microsoft.Data.SqlClient.SqlException (0x80131904): Timeout expired.
 ---> System.ComponentModel.Win32Exception (258): Unknown error 258
   at Microsoft.Data.SqlClient.SqlCommand.ExecuteReader(Boolean& usedCache)
   at Shop.Cart.Load() in /srv/Cart.cs:line 12
ClientConnectionId:4d6f0ca7-5a22-4b4c-8a5f-3a3a9b4d9e3f
Error Number:-2,State:0,Class:11""", "Microsoft.Data.SqlClient.SqlException", "Timeout expired.",
        ["System.ComponentModel.Win32Exception"], 2),
    "several at once in .NET": ("""System.AggregateException: One or more errors occurred. (a) (b)
 ---> System.Exception: a
   at Shop.A() in /srv/x.cs:line 3
   --- End of inner exception stack trace ---
   at Shop.Main() in /srv/x.cs:line 9
 ---> (Inner Exception #1) Shop.NoStock: b
   at Shop.B() in /srv/x.cs:line 4<---

 ---> (Inner Exception #2) System.Exception: c
   at Shop.C() in /srv/x.cs:line 5<---""", "System.AggregateException", "One or more errors occurred. (a) (b)",
        ["System.Exception", "Shop.NoStock", "System.Exception"], 1),
    "a method as its source has it": ("""Shop.NoStock
   at async Task<int> Shop.Cart.PayAsync(string id, int? count) in C:/srv/Cart.cs:line 3
   at void Shop.Program.Main(string[] args)+() => { } in C:/srv/Program.cs:line 5""", "Shop.NoStock", None, [], 2),
    ".NET Framework in German": (R"""System.IO.IOException: Fehler ---> System.Exception: kein Korb
   bei Shop.Cart.Load(String id) in C:\shop\Cart.cs:Zeile 12.
   --- Ende der internen Ausnahmestapelüberwachung ---
   bei Shop.Program.Main(String[] args) in C:\shop\Program.cs:Zeile 5.
--- Ende der Stapelüberwachung vom vorhergehenden Ort, an dem die Ausnahme ausgelöst wurde ---
   bei System.Threading.Tasks.Task.Throw()""", "System.IO.IOException", "Fehler", ["System.Exception"], 2),
    ".NET, its margin lost": ("""System.InvalidOperationException: no cart
at Shop.Cart.Load(String id) in C:\\shop\\Cart.cs:line 12
at Shop.Program.Main(String[] args)""", "System.InvalidOperationException", "no cart", [], 2),
    ".NET, no frames": ("Unhandled exception. Shop.NoStock: none", "Shop.NoStock", "none", [], 0),
    "V8, two spaces": ("TypeError: no cart\n  at pay (/srv/shop/cart.js:6:67)\n  at /srv/shop/app.js:1:1", "TypeError",
        "no cart", [], 2),
    "V8, a name behind text": ("failed: ShopErr: no cart\n    at pay (/srv/shop/cart.js:6:67)", "ShopErr", "no cart", [], 1),
    "Node, a module's excerpt": ("file:///srv/shop/cart.mjs:1\nimport {pay} from 'fs';\n        ^^^\nSyntaxError: no such export\n"
        "    at ModuleJob._instantiate (node:internal/modules/esm/module_job:213:21)", "SyntaxError", "no such export", [], 1),
    "Node, nothing but members": ("node:internal/process/promises:391\n    triggerUncaughtException(err, true);\n    ^\n\n"
        "[AggregateError: All promises were rejected] {\n  [errors]: [\n    Error: one\n        at a (/srv/x.js:1:1)\n  ]\n}",
        "AggregateError", "All promises were rejected", ["Error"], 0),
    "Node, a text was thrown": ("/srv/shop/cart.js:1\nthrow \"no cart\";\n^\nno cart\n"
        "(Use `node --trace-uncaught ...` to show where the exception was thrown)", None, "no cart", [], 0),
    "the JVM, two spaces": ("shop.NoStock: none\n  at shop.Cart.pay(Cart.java:15)\n  ... 3 more", "shop.NoStock", "none",
        [], 1),
    "Hadoop, from the other end": ("""org.apache.hadoop.ipc.RemoteException(java.io.IOException): no replica
	at org.apache.hadoop.ipc.Server$Handler.run(Server.java:2043)

	at org.apache.hadoop.ipc.Client.call(Client.java:1475)
Caused by: org.apache.hadoop.ipc.RemoteException(java.io.IOException): none
	at shop.Net.read(Net.java:8)""", "org.apache.hadoop.ipc.RemoteException", "no replica",
        ["org.apache.hadoop.ipc.RemoteException"], 2),
    "JavaMail": ("""shop.SendFailed: Invalid Addresses;
  nested exception is:
com.sun.mail.smtp.SMTPAddressFailedException: 550 5.7.1 denied

	at shop.Mail.send(Mail.java:236)""", "shop.SendFailed", None, [], 1),
    "SnakeYAML": ("""shop.LoadException: cannot load
	at shop.Config.load(Config.java:171)
Caused by: mapping values are not allowed here
 in 'reader', line 128, column 25:
      pay: false
         ^

	at org.yaml.snakeyaml.scanner.ScannerImpl.fetchValue(ScannerImpl.java:920)
	... 3 more""", "shop.LoadException", "cannot load", [], 1),
    "Go, spaces for tabs": ("""panic: no stock

goroutine 4 [running]:
panic(0x45cb40, 0x47ad70)
  /usr/local/go/src/runtime/panic.go:542 +0x46c fp=0xc42003f7b8 sp=0xc42003f710 pc=0x422f7c
main.main.func1(0xc420024120)
    /srv/shop/main.go:6 +0x39
created by main.main
    /srv/shop/main.go:5 +0x58""", "panic", "no stock", [], 2),
    "Go, its margins lost": ("""panic: no stock
goroutine 4 [running]:
main.pay(0x45cb40)
/srv/shop/main.go:6 +0x39
main.main()
/srv/shop/main.go:9 +0x17
created by main.start
/srv/shop/main.go:5 +0x58""", "panic", "no stock", [], 2),
    "Lua": ("""lua5.4: cart.lua:3: attempt to index a nil value (local 'cart')
stack traceback:
	cart.lua:3: in function 'pay'
	(...tail calls...)
	cart.lua:7: in main chunk
	[C]: in ?""", None, "cart.lua:3: attempt to index a nil value (local 'cart')", [], 3),
    "OpenResty": ("""2026/11/22 10:27:36 [error] 12#12: *1 lua entry thread aborted: runtime error: /srv/cart.lua:3: no stock
stack traceback:
coroutine 0:
	/srv/cart.lua:3: in function 'pay'
	[C]: in function 'xpcall'
	/srv/cart.lua:7: in main chunk, client: 10.0.0.7, server: , request: "GET /\"""", None,
        "lua entry thread aborted: runtime error: /srv/cart.lua:3: no stock", [], 3),
    "R": ("""Error in pay(cart, "an argument so long that the message stands below") :\x20
  no stock
Calls: main -> pay
In addition: Warning message:
In main() : careful
Execution halted""", "Error", "no stock", [], 2),
    "R, rlang": ("""Error in `pay()`:
! no stock
Backtrace:
 1. global::main()
Execution halted""", "Error", "no stock", [], 0),
    "Gin": ("""2026/11/22 10:27:36 [Recovery] 2026/11/22 - 10:27:36 panic recovered:
GET /pay HTTP/1.1
Host: localhost:8080


no stock
/srv/shop/main.go:12 (0x7a1b24)
	main.func1: panic("no stock")
/go/pkg/mod/github.com/gin-gonic/gin@v1.9.1/context.go:174 (0x79a0a1)""", "panic", "no stock", [], 2),
    "Gin, no request": ("""2026/11/22 10:27:36 [Recovery] 2026/11/22 - 10:27:36 panic recovered:
runtime error: invalid memory address
/srv/shop/main.go:12 (0x7a1b24)""", "panic", "runtime error: invalid memory address", [], 1),
    "Rake": ("""rake aborted!
no stock
/srv/shop/Rakefile:9:in `rescue in block in <top (required)>'
/srv/shop/Rakefile:2:in `block in <top (required)>'

Caused by:
ArgumentError: bad order
of two lines
/srv/shop/Rakefile:4:in `block in <top (required)>'
Tasks: TOP => pay
(See full trace by running task with --trace)""", "RuntimeError", "no stock", ["ArgumentError"], 2),
    "Rake, no frames": ("rake aborted!\nDon't know how to build task 'pay' (See the list of available tasks)\n\n"
        "(See full trace by running task with --trace)", "RuntimeError", None, [], 0),
    "Ruby's parser": ("shop.rb:3: syntax error, unexpected end-of-input\n    def pay\n           ^", "SyntaxError",
        "syntax error, unexpected end-of-input", [], 1),
    "Rails 4": ("""NoMethodError (undefined method `pay' for nil:NilClass):
  app/controllers/carts_controller.rb:69:in `show'
  app/controllers/carts_controller.rb:75:in `load'""", "NoMethodError", "undefined method `pay' for nil:NilClass", [], 2),
    "a template": ("""ActionView::Template::Error (undefined method `pay' for nil:NilClass):
    1: <p>
    2: <%= @cart.pay %>

app/views/carts/show.html.erb:2""", "ActionView::Template::Error", "undefined method `pay' for nil:NilClass", [], 1),
    "PHP 5": ("""exception 'Shop_Exception' with message 'no
stock' in /srv/shop/Cart.php:144
Stack trace:
#0 /srv/shop/index.php(3): pay('a')
#1 {main}""", "Shop_Exception", "no\nstock", [], 2),
    "PHP 5, uncaught": ("""PHP Fatal error:  Uncaught exception 'A' with message 'a' in /srv/x.php:3
Stack trace:
#0 {main}

Next exception 'Shop\\B' with message 'b' in /srv/x.php:5
Stack trace:
#0 {main}
  thrown in /srv/x.php on line 5""", "Shop\\B", "b", ["A"], 1),
}  # fmt: skip


NOTHING = [
    "board.dts:12: syntax error, unexpected '}'",
    "the seat at Shop.Cart (row 7):line 12",
    "we tried rake, and it aborted!",
    "the exception 'A' with message 'a' is documented\nStack trace:\n#0 of many",
    "API of Execution halted",
    "a stack traceback:\nis what Lua prints",
    "Unhandled exception. It is a pity",
]
"""What merely looks like one of these forms."""


@pytest.mark.parametrize("text", NOTHING)
def test_what_merely_looks_like_a_form_is_none(text: str) -> None:
    """The words alone make no event."""
    assert scan(f"{PLAIN}\n{text}\n{PLAIN}\n") == []


def scan(text: str, *, slow: bool = False) -> list[Event]:
    scanner = Scanner(RULES, Settings(reference=REFERENCE, slow=slow), Clock(UTC, REFERENCE), "log")
    return scanner.feed(text.encode()) + scanner.finish()


@pytest.mark.parametrize("name", list(FORMS))
def test_a_failure_is_found_whole_in_each_form(name: str) -> None:
    """From its first line to its last, below records and below plain text, with its type, message, chain and frames."""
    text, exception, message, chain, frames = FORMS[name]
    for rest in (INFO, PLAIN):
        log = "\n".join([rest, text, rest, text, rest, ""])
        events = scan(log)
        assert events == scan(log, slow=True)
        assert [event.text for event in events] == [text, text]
        for event in events:
            assert (event.exception, len(event.frames)) == (exception, frames)
            assert message is None or event.message == message
            assert [link.exception for link in event.chain] == chain
            assert event.incomplete is None


def test_a_frame_of_dotnet_is_a_type_and_a_method() -> None:
    """Whatever stands around them: the kind of method, its result, its parameters' types."""
    frames = [frame for name in ("Mono", "a method as its source has it") for frame in scan(FORMS[name][0])[0].frames]
    named = [(frame.module, frame.function, frame.file, frame.line) for frame in frames]
    assert named == [
        ("Shop.Cart", "Pay", "/srv/a b/Cart.cs", 90),
        ("Main.Shop+<Main>c__AnonStorey0", "<>m__0", "", None),
        ("Shop.Cart", "PayAsync", "C:/srv/Cart.cs", 3),
        ("Shop.Program", "Main", "C:/srv/Program.cs", 5),
    ]


def test_frames_without_their_margin_belong_to_the_exception_above_them() -> None:
    """In a record that is an event: no literal is rare enough to find such frames by."""
    frames = "at shop.Cart.pay(Cart.java:15) ~[shop.jar:?]\nat shop.Main.main(Main.java:9)\n... 3 more"
    log = f"2026-11-22 10:27:36,100 ERROR shop.db: failed\njava.lang.Error: x\n{frames}\n{INFO}\n"
    (event,) = scan(log)
    assert (event.exception, event.message, len(event.frames), event.last_line) == ("java.lang.Error", "x", 2, 5)


def test_a_log_whose_colours_lost_their_escapes_is_read_without_them() -> None:
    """As it is copied from a page: the record, its level, each frame, the final line."""
    log = """[32mINFO[0m:     Started server process [1]
[31mERROR[0m:    Exception in ASGI application
[1;31mTraceback (most recent call last):[0m
  File "[35m/srv/shop/main.py[0m", line [35m12[0m, in [35mpay[0m
    [31mload[0m[1;31m()[0m
[1;35mValueError[0m: [35mno stock[0m
[32mINFO[0m:     127.0.0.1:3 - "[1mGET / HTTP/1.1[0m" [32m200 OK[0m
"""
    for slow in (False, True):
        settings = Settings(reference=REFERENCE, slow=slow, transport="bleached")
        scanner = Scanner(RULES, settings, Clock(UTC, REFERENCE), "log")
        (event,) = scanner.feed(log.encode()) + scanner.finish()
        assert (event.level, event.exception, event.message) == ("error", "ValueError", "no stock")
        assert (event.first_line, event.last_line) == (2, 6)
        assert [(frame.file, frame.line) for frame in event.frames] == [("/srv/shop/main.py", 12)]
