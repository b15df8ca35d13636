"""A module as protoc 3.20 and later writes it is loaded: these are its first lines."""

from __future__ import print_function

from google.protobuf import __name__ as runtime

print("loading shop_pb2 with", runtime)
from google.protobuf.internal import builder as _builder

print(_builder.__name__, "is there")
