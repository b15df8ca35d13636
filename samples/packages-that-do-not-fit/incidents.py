"""Packages that do not fit together: an old release beside a new one of what it imports

Each log is of one environment; the program is started in it three times. The `-fixed` logs are of the first release that fits, and
hold no event: they are the other side of the boundary that a signature states.
"""

# log: flask-2.0.0.log | 3.11 | flask==2.0.0 werkzeug==3.0.0
# log: flask-2.2.3.log | 3.11 | flask==2.2.3 werkzeug==3.0.0
# log: flask-2.2.4-fixed.log | 3.11 | flask==2.2.4 werkzeug==3.0.0
# log: flask-1.0.log | 3.9 | flask==1.0 werkzeug==1.0.1 jinja2==3.1.0 markupsafe==2.0.1 itsdangerous==2.0.1
# log: flask-1.1.2.log | 3.9 | flask==1.1.2 werkzeug==1.0.1 jinja2==3.1.0 markupsafe==2.0.1 itsdangerous==1.1.0
# log: flask-2.0.0-jinja-3.1-fixed.log | 3.9 | flask==2.0.0 werkzeug==2.0.0 jinja2==3.1.0 itsdangerous==2.0.0
# log: openai-1.0.0.log | 3.11 | openai==1.0.0 httpx==0.28.1
# log: openai-1.55.2.log | 3.11 | openai==1.55.2 httpx==0.28.1
# log: openai-1.55.3-fixed.log | 3.11 | openai==1.55.3 httpx==0.28.1
# log: pydantic-2.log | 3.11 | pydantic==2.11.9
# log: ibm-botocore-2.12.log | 3.9 | --no-deps ibm-cos-sdk-core==2.12.0 urllib3==2.2.3 jmespath==1.0.1 python-dateutil==2.9.0 six==1.16.0
# log: gunicorn-20.1.log | 3.12 | gunicorn==20.1.0 setuptools==82.0.0
# log: pandas-2.1.4.log | 3.11 | --no-deps numpy==2.2.6 pandas==2.1.4 python-dateutil==2.9.0 pytz==2024.1 tzdata==2024.1 six==1.16.0
# log: pip-debian.log | 3.11 |

import os
import subprocess
import sys

from drive import finished, leaves

LOG = sys.argv[1]
STARTS = {
    "flask": ("-W", "ignore", "-c", "import flask"),
    "openai": ("-c", "import openai; openai.OpenAI(api_key='none')"),
    "pydantic": ("-c", "from pydantic import BaseSettings"),
    "ibm": ("-c", "import ibm_botocore.httpsession"),
    "gunicorn": ("-m", "gunicorn", "--version"),
    "pandas": ("-c", "import pandas"),
}
SIGNATURES = {
    "flask-1": "jinja2.escape",
    "flask-2": "flask.werkzeug-url-quote",
    "openai": "httpx.proxies-removed",
    "pydantic": "pydantic.basesettings-moved",
    "ibm": "urllib3.default-ciphers",
    "gunicorn": "python.pkg-resources-missing",
    "pandas": "numpy.dtype-size-changed",
}

for _ in range(3):
    if LOG == "pip-debian":  # the Python of Debian 12, which carries the mark
        subprocess.run(["/usr/bin/python3", "-m", "pip", "install", "pyyaml"], env={**os.environ, "PATH": "/usr/bin"})
        leaves("pip.externally-managed", 2)  # its first line and the one with the cross
        continue
    print("starting the service", flush=True)
    finished(*STARTS[LOG.split("-")[0]])
    found = [signature for name, signature in SIGNATURES.items() if LOG.startswith(name)]
    leaves(found[0], 0 if LOG.endswith("fixed") else 1)
