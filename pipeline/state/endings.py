"""Which word about an entry stands when there are several. Pure."""

from __future__ import annotations

from typing import Final

from pipeline.ledger import BatchState, Outcome

WAITING: Final = frozenset({Outcome.FAILED, Outcome.DEFERRED})  # ends its way through a batch, not the entry's
FINAL: Final = frozenset(Outcome) - WAITING - {Outcome.PASSED}
UNFINISHED: Final = (BatchState.OPEN, BatchState.RUNNING)
LONGEST_REASON: Final = 2000  # characters; a reason may quote a server
_HELD_ALREADY: Final = frozenset({Outcome.UNCHANGED, Outcome.DUPLICATE})


def supersedes(new: Outcome, old: Outcome | None) -> bool:
    """Whether `new` is to replace `old` as the outcome of an entry.

    PASSED ends nothing. A final outcome gives way to none that would try again, and INDEXED not to one that only says
    that we hold the article: a stage that runs twice finds its own work.
    """
    if new is Outcome.PASSED:
        return False
    if old is None or old in WAITING:
        return True
    return new in FINAL and not (old is Outcome.INDEXED and new in _HELD_ALREADY)


def cause(reason: str) -> str:
    """Return what reasons are counted by: the words before the first colon, 80 characters at most."""
    return reason.partition(":")[0].strip()[:80]
