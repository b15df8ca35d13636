"""A service makes its client of the openai SDK beside httpx 0.28, as an installation without pins brings it."""

from importlib.metadata import version

print(f"starting the service with httpx {version('httpx')}", flush=True)
import openai

if hasattr(openai, "OpenAI"):
    print(f"{type(openai.OpenAI(api_key='none')).__name__} is ready")
else:  # before 1.0.0 the module itself is the client, and asks by requests
    openai.api_key = "none"
    print(f"{openai.ChatCompletion.__name__} is ready")
