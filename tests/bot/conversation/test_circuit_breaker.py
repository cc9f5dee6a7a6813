"""The circuit breaker: opens, lets one through, closes."""

from bot.conversation.circuit_breaker import CircuitBreaker


def test_opens_after_failures_in_a_row_only() -> None:
    breaker = CircuitBreaker(failures=3, pause=60)
    for _ in range(2):
        breaker.failed()
    breaker.succeeded()
    for _ in range(2):
        breaker.failed()
    assert breaker.allows()
    breaker.failed()
    assert breaker.is_open
    assert not breaker.allows()


def test_one_caller_a_pause_probes_and_closes_it() -> None:
    now = 0.0
    breaker = CircuitBreaker(failures=1, pause=10, clock=lambda: now)
    breaker.failed()
    now += 11
    assert [breaker.allows() for _ in range(5)] == [True, False, False, False, False]
    breaker.failed()
    assert not breaker.allows()
    now += 11
    assert breaker.allows()
    breaker.succeeded()
    assert all(breaker.allows() for _ in range(5))
