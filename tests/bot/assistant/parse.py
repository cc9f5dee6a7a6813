"""Runs in the assistant's environment: the intent of each line of standard input, as JSON lines.

    python parse.py MODEL < texts.json     (a JSON list of texts)

Prints one JSON list of {"intent", "confidence", "seconds"}.
"""

import asyncio
import json
import logging
import sys
import time

import structlog  # type: ignore[import-not-found]
from rasa.core.agent import Agent  # type: ignore[import-not-found]


async def main(model: str) -> None:
    """Parse all texts with the model."""
    agent = Agent.load(model)
    found = []
    for text in json.load(sys.stdin):
        began = time.monotonic()
        intent = (await agent.parse_message(text))["intent"]
        found.append(
            {"intent": intent["name"], "confidence": intent["confidence"], "seconds": time.monotonic() - began}
        )
    sys.stdout.write(json.dumps(found))


structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
asyncio.run(main(sys.argv[1]))
