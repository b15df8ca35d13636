"""pyOpenSSL is imported and makes a key. Releases before 17.3 lack another name first, which is told in place of the
traceback."""

from importlib.metadata import version

print(f"pyOpenSSL {version('pyopenssl')}, cryptography {version('cryptography')}", flush=True)
try:
    from OpenSSL import crypto
except AttributeError as error:
    if "RAND" not in str(error):
        raise
    print(error)
else:
    key = crypto.PKey()
    key.generate_key(crypto.TYPE_RSA, 2048)
    print("a key of", key.bits(), "bits")
