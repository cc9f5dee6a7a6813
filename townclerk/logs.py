"""Logging set-up shared by all processes: one line a record, personal data masked.

Masking happens in the formatter, so an exception's text and traceback pass it too.
"""

import logging

from townclerk.text.redaction import redact


class RedactingFormatter(logging.Formatter):
    """Masks e-mail addresses, phone, card and social security numbers in the finished line."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def configure(process: str, level: str) -> None:
    """Send all records of this process to standard error, which `townclerk up` writes to its log file."""
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter(f"%(asctime)s {process} %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("httpx", "httpcore", "sentence_transformers", "urllib3", "transformers", "twilio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
