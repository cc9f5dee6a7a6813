"""A circuit breaker with a single probe.

Libraries (purgatory, pybreaker) let every waiting caller through when the circuit is half
open; with a hanging assistant each of them would wait out the whole time limit. Here one
message probes, the others are answered from search meanwhile.
"""

import time
from collections.abc import Callable


class CircuitBreaker:
    """Opens after `failures` failures in a row, and lets one caller try every `pause` seconds."""

    def __init__(self, *, failures: int = 3, pause: float = 10.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = failures
        self._pause = pause
        self._clock = clock
        self._failures = 0
        self._probe_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether callers are being turned away."""
        return self._failures >= self._limit

    def allows(self) -> bool:
        """Whether this caller may try. When open, at most one caller per pause may."""
        if not self.is_open:
            return True
        now = self._clock()
        if now < self._probe_at:
            return False
        self._probe_at = now + self._pause
        return True

    def succeeded(self) -> None:
        """The call went well: close."""
        self._failures = 0

    def failed(self) -> None:
        """The call failed."""
        self._failures += 1
        if self._failures == self._limit:
            self._probe_at = self._clock() + self._pause
