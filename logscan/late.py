"""What is imported when it is first asked for: a short scan needs little of what there is."""

import sys
from typing import Any


def attribute(module: str, name: str) -> Any:
    """What a module calls `name`. Without `importlib`, whose import takes a millisecond."""
    __import__(module)
    return getattr(sys.modules[module], name)
