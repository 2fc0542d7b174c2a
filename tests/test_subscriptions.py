"""Push of a feed at a glance, and when a hub's promise holds."""

from __future__ import annotations

import pytest

from pipeline.subscriptions import PushStanding, Subscription, SubscriptionStatus, Trust, in_force, standing
from tests.state.samples import DAY, NOON, SECOND, make_subscription

S = SubscriptionStatus


def active(**changes: object) -> Subscription:
    """A subscription in force for nine more days."""
    return make_subscription(**{"status": S.ACTIVE, "lease_until": NOON + 9 * DAY, **changes})


SHOWN = {
    PushStanding.ASKED: [make_subscription(), active(status=S.ASKED), active(status=S.ASKED, trust=Trust.PROVEN)],
    PushStanding.ACTIVE: [active(), active(trust=Trust.DELIVERED)],
    PushStanding.PROVEN: [active(trust=Trust.PROVEN)],
    PushStanding.BROKEN: [active(trust=Trust.BROKEN)],
    PushStanding.LAPSED: [active(lease_until=NOON), active(lease_until=None), active(lease_until=NOON, trust=Trust.PROVEN)],
    PushStanding.DENIED: [active(status=S.DENIED)],
    None: [active(status=S.LEAVING), active(status=S.ENDED, trust=Trust.PROVEN)],
}


@pytest.mark.parametrize("expected", SHOWN)
def test_push_of_a_feed_at_a_glance(expected: PushStanding | None) -> None:
    """What people see of it: never better than what the hub promises now."""
    assert [standing(one, NOON) for one in SHOWN[expected]] == [expected] * len(SHOWN[expected])


def test_a_promise_holds_until_its_lease_ends() -> None:
    """And only where the hub has verified it."""
    one = active(lease_until=NOON + SECOND)
    assert [in_force(one, at) for at in (NOON, NOON + SECOND)] == [True, False]
    assert not in_force(active(status=S.ASKED), NOON)
