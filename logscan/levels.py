"""How the log world spells levels: line formats, records in JSON and logfmt alike."""

from typing import Final

from logscan.model import Level

TOKENS: Final[dict[str, Level]] = {
    "TRACE": "trace",
    "VRB": "trace",
    "DEBUG": "debug",
    "DBG": "debug",
    "INFO": "info",
    "INF": "info",
    "SUCCESS": "info",
    "LOG": "info",
    "NOTICE": "notice",
    "WARN": "warning",
    "WARNING": "warning",
    "WRN": "warning",
    "ERROR": "error",
    "ERR": "error",
    "SEVERE": "error",
    "EXCEPTION": "error",
    "CRITICAL": "critical",
    "CRIT": "critical",
    "FATAL": "critical",
    "FTL": "critical",
    "ALERT": "critical",
    "EMERG": "critical",
    "EMERGENCY": "critical",
    "PANIC": "critical",
    "DPANIC": "critical",
}
"""How levels are spelled, in capitals, and what they mean."""
