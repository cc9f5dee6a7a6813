"""Passwords: argon2id, on threads of their own, so that log-ins never take the threads that residents' answers need."""

import asyncio
import os
import secrets
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from townclerk.errors import BadInput, TooMany

SHORTEST = 12
LONGEST = 200
WAITING = 8
"""Log-ins that wait for one thread: about two seconds' work."""
SHARE = 3
"""Places of one network among them, so that one cannot take all."""
_NICE = 5
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that are not mistaken for one another: 31, so 20 of them hold 99 bits."""
Result = TypeVar("Result")

_hasher = PasswordHasher()  # argon2id, 64 MiB, 3 passes: the library's defaults (RFC 9106, second choice)
_NOBODY = _hasher.hash("")


class HashingQueue:
    """One thread of low priority that hashes, 64 MiB at a time, and a short queue before it."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="passwords", initializer=_step_back)
        self._inside: Counter[str] = Counter()

    @asynccontextmanager
    async def place(self, network: str = "") -> AsyncIterator[None]:
        """A place in the queue while the block runs. Raises TooMany when all, or those of a network, are taken."""
        if self._inside.total() > WAITING or (network and self._inside[network] >= SHARE):
            raise TooMany("Many people are logging in just now. Wait a few seconds, then try again.", retry_after=3)
        self._inside[network] += 1
        try:
            yield
        finally:
            self._inside -= Counter([network])

    async def run(self, work: Callable[..., Result], *values: object) -> Result:
        """Call something that hashes."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *values)


def new_password() -> str:
    """A random password that can be read out: four groups of five."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))


def hashed(password: str, name: str) -> str:
    """The argon2id hash of an account's new password. Raises BadInput for a weak one."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(f"A password has {SHORTEST} to {LONGEST} characters; this one has {len(password)}.")
    if name in password.lower() or len(set(password)) < 5:
        raise BadInput(
            "That password is easy to guess: it holds the account's name or a few characters over and over. Take several words."
        )
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether a password is the one that was hashed; takes as long where nothing is stored."""
    try:
        return _hasher.verify(stored or _NOBODY, password[:LONGEST]) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def _step_back() -> None:
    """Let everything else go first. Only Linux knows priorities of threads; threads that argon2 starts take it over."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), os.getpriority(os.PRIO_PROCESS, 0) + _NICE)
