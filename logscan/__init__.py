"""logscan: pipe a log in; learn what broke, since when, how often, and how to mend it."""

__version__ = "0.1.0"
