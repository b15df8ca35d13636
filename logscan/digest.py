"""BLAKE2b. `hashlib` takes it from the same place, but loads OpenSSL on the way, which costs a start 3 ms."""

try:
    from _blake2 import blake2b
except ImportError:  # an interpreter that keeps it elsewhere
    from hashlib import blake2b

__all__ = ["blake2b"]
