"""A password is hashed with passlib."""

import logging

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
from passlib.hash import bcrypt

print(bcrypt.hash("secret")[:7])
