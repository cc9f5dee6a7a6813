"""Free ports for servers that tests start."""

import random
import socket

BELOW_EPHEMERAL = range(10_240, 32_000)
"""Above these, Linux gives ports to connections that go out, at any moment before a server binds to one."""
_CHOICE = random.Random()
"""Not the shared one, which is the same in all processes that run tests."""


def free_ports(count: int) -> list[int]:
    """Ports of the loopback address that were free a moment ago, all different."""
    return [port for port in _CHOICE.sample(BELOW_EPHEMERAL, 20 * count) if _is_free(port)][:count]


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) != 0
