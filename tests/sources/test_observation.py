"""What a failed poll counts for, and how its kind is told."""

from __future__ import annotations

import pytest

from pipeline.sources.observation import WEIGHTS, Failure, failure_of

CHALLENGE = (("Server", "cloudflare"), ("CF-Mitigated", "Challenge"))


@pytest.mark.parametrize(
    ("status", "headers", "failure"),
    [
        *((404, (), Failure.STATUS), (500, (), Failure.STATUS), (503, (), Failure.STATUS), (408, (), Failure.STATUS)),
        *((400, (), Failure.REFUSED), (401, (), Failure.REFUSED), (402, (), Failure.REFUSED), (403, (), Failure.REFUSED)),
        *((407, (), Failure.REFUSED), (451, (), Failure.REFUSED), (429, (), Failure.RATE_LIMITED)),
        (503, (("retry-after", "60"),), Failure.RATE_LIMITED),
        (500, (("Retry-After", "60"),), Failure.STATUS),
        (403, CHALLENGE, Failure.BOT_WALL),
        (503, CHALLENGE, Failure.STATUS),
        (403, (("CF-Mitigated", "none"),), Failure.REFUSED),
    ],
)
def test_what_a_status_means(status: int, headers: tuple[tuple[str, str], ...], failure: Failure) -> None:
    """Header names in any case; a challenge is one only with the status that goes with it."""
    assert failure_of(status, headers) is failure


def test_every_failure_has_a_weight() -> None:
    """A new kind must be given one, or the first poll that meets it would fail for it."""
    assert set(WEIGHTS) == set(Failure)
    assert all(0 < weight <= 1 for weight in WEIGHTS.values())


def test_a_fault_on_the_way_counts_less_than_a_refusal() -> None:
    """A feed must not be given up because a resolver was down; whoever refuses us means us."""
    on_the_way = {Failure.DNS, Failure.PROXY, Failure.CONNECTION, Failure.TIMEOUT}
    meant = {Failure.REFUSED, Failure.BOT_WALL, Failure.BAD_URL, Failure.WEB_PAGE}
    assert max(WEIGHTS[one] for one in on_the_way) < min(WEIGHTS[one] for one in meant)
    assert WEIGHTS[Failure.DNS] < WEIGHTS[Failure.STATUS]
