"""How entries are laid into batches."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.state.spreading import spread


def test_domains_take_turns() -> None:
    """The oldest of each, then the second oldest of each."""
    waiting = [("a1", "a"), ("a2", "a"), ("a3", "a"), ("b1", "b"), ("c1", "c"), ("c2", "c")]
    assert spread(waiting, 4) == [["a1", "b1", "c1", "a2"], ["c2", "a3"]]
    assert spread([], 4) == []


@given(st.lists(st.sampled_from("abcdefg"), max_size=60), st.integers(1, 20))
def test_nothing_is_lost_doubled_or_overfull(domains: list[str], size: int) -> None:
    """Every entry is in one batch, each batch but the last is full, and a domain's entries stay in their order."""
    laid = spread(list(enumerate(domains)), size)
    flat = [number for batch in laid for number in batch]
    assert sorted(flat) == list(range(len(domains)))
    assert all(len(batch) == size for batch in laid[:-1])
    for domain in set(domains):
        own = [number for number in flat if domains[number] == domain]
        assert own == sorted(own)


@given(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=60), st.integers(1, 20))
def test_the_first_batch_meets_as_many_hosts_as_it_can(domains: list[str], size: int) -> None:
    """All of them, or one for each place."""
    first = spread(list(enumerate(domains)), size)[0]
    assert len({domains[number] for number in first}) == min(size, len(set(domains)))
