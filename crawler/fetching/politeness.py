"""Politeness: the time between two requests to one host."""

import asyncio


class Politeness:
    """Spaces the requests to each host by `delay` seconds. One value may serve several runs of one process."""

    def __init__(self, delay: float = 0.0) -> None:
        self._delays: dict[str, float] = {}
        self._free_at: dict[str, float] = {}
        self._paused_until: dict[str, float] = {}
        self._default = delay

    def set_delay(self, host: str, seconds: float) -> None:
        """From now on leave `seconds` between requests to `host` (a `urls.site`)."""
        self._delays[host] = seconds

    def begin(self, host: str, seconds: float) -> None:
        """Leave at least `seconds` between requests to `host`, or what another run of this process keeps already."""
        self.set_delay(host, max(seconds, self._delays.get(host, 0.0)))

    def pause(self, host: str, seconds: float) -> None:
        """The host asked for it: no request to it for `seconds`, those that wait their turn included."""
        until = asyncio.get_running_loop().time() + seconds
        self._paused_until[host] = max(until, self._paused_until.get(host, 0.0))

    def delay(self, host: str) -> float:
        """Seconds that are left between two requests to `host`."""
        return self._delays.get(host, self._default)

    def paused(self, host: str) -> float:
        """Seconds for which `host` asked to be left alone from now on, 0 when it does not."""
        return max(0.0, self._paused_until.get(host, 0.0) - asyncio.get_running_loop().time())

    async def turn(self, host: str) -> None:
        """Wait until the next request to `host` is due, and reserve it."""
        clock = asyncio.get_running_loop().time
        if (delay := self.delay(host)) > 0:
            start = max(clock(), self._free_at.get(host, 0.0))
            self._free_at[host] = start + delay
            await asyncio.sleep(max(0.0, start - clock()))
        await self._peace(host)

    async def _peace(self, host: str) -> None:
        rest = self._paused_until.get(host, 0.0) - asyncio.get_running_loop().time()
        if rest > 0:
            await asyncio.sleep(rest)
            await self._peace(host)  # the pause may have grown meanwhile
