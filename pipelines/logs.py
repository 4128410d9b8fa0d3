"""Where the log goes: a file whose path is printed; the terminal shows the summary."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import dagster as dg

from sources._base.redact import redact

LOG_FILE = "TSUNAGARI_LOG_FILE"


class RedactingFormatter(logging.Formatter):
    """Takes remembered secrets out of every line, stack traces included."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def handler(file: Path) -> logging.Handler:
    """Returns a handler that appends redacted lines to the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    made = logging.FileHandler(file, encoding="utf-8")
    made.setFormatter(
        RedactingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s")
    )
    return made


def run_logger(context: dg.InitLoggerContext) -> logging.Logger:
    """Returns a run's logger: to the file TSUNAGARI_LOG_FILE names, else to stderr."""
    logger = logging.getLogger("tsunagari.run")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    for old in list(logger.handlers):
        logger.removeHandler(old)
        old.close()
    file = os.environ.get(LOG_FILE)
    if file:
        logger.addHandler(handler(Path(file)))
    else:
        stream = logging.StreamHandler()
        stream.setFormatter(RedactingFormatter("%(levelname)s %(message)s"))
        logger.addHandler(stream)
    return logger


file_logger = dg.LoggerDefinition(run_logger, description=run_logger.__doc__)
