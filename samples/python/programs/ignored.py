"""Exceptions nobody can catch: in `__del__`, a closing generator and a weak reference's callback."""
# python: 2.7-
# headers: bare asctime
# keep: all
import sys
import weakref

from stage import failing, healthy

OLD = sys.version_info < (3,)


class Handle(object):
    def __del__(self):
        self.file.close()


class Thing(object):
    pass


def lines():
    try:
        yield 1
    finally:
        raise ValueError("while closing")


def gone(reference):
    raise KeyError("callback")


def drop_handle():
    Handle()


def drop_generator():
    generator = lines()
    next(generator)


kept = []


def drop_weak():
    thing = Thing()
    kept.append(weakref.ref(thing, gone))


CASES = (
    (drop_handle, "AttributeError", ["'Handle' object has no attribute 'file'"]),
    (drop_generator, "ValueError", ["while closing"]),
    (drop_weak, "KeyError", ["'callback'"]),
)
for act, name, texts in CASES:
    healthy()
    with failing(prelude=1) as event:
        act()
        event.set(exceptions=[name], messages=texts, chain=[])
        if OLD:
            shown = {"AttributeError": '"%s"', "ValueError": "ValueError('%s',)", "KeyError": "KeyError(%s,)"}
            event.set(kind="ignored", prelude=0, messages=[shown[name] % texts[0]])
healthy()
