"""A shop with an API is started beside Django 3."""

from importlib.metadata import version

print(f"starting the shop with Django {version('django')}", flush=True)
import django
from django.conf import settings

settings.configure(INSTALLED_APPS=["django.contrib.contenttypes", "rest_framework"])
django.setup()
from rest_framework import serializers, views

print(f"{views.APIView} and {serializers.Serializer} are ready")
