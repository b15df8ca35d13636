"""A shop on Django answers a request, on Python 3.13."""

import django
from django.conf import settings

print("starting the shop with Django " + django.get_version(), flush=True)
settings.configure()
django.setup()
from django.http import HttpResponse

print(HttpResponse("tea"))
