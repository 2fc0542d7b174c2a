"""Going where a feed goes: it moved for good, it moved to another feed's address, or it is to be looked for on its site."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from pipeline.aside import Aside
from pipeline.errors import ConfigurationError, WireroomError
from pipeline.ledger import Course, Decision, FeedState, FeedStatus, PollOutcome, Stage
from pipeline.ports import Fetcher, StateStore
from pipeline.scouting import Find, Scout
from pipeline.sources.course import MAX_PROPOSED, after_loss, after_redirect, is_to_be_sought, moved, same_address
from pipeline.sources.observation import Failure, Observation
from pipeline.types import FeedId
from pipeline.urls import origin, url_key

log = logging.getLogger(__name__)

UNPOLLED: Final = frozenset({FeedStatus.GONE, FeedStatus.REMOVED, FeedStatus.MERGED})
_SEEN: Final = frozenset({PollOutcome.CHANGED, PollOutcome.UNCHANGED, PollOutcome.NOT_MODIFIED})
_SOON: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathfinder:
    """Decides after each poll where a feed is asked for next."""

    state: StateStore
    fetcher: Fetcher
    disk: Aside  # where the ledger is asked

    async def after(self, known: FeedState, seen: Observation, learned: FeedState, now: datetime) -> tuple[FeedState, str]:
        """Return `learned`, the state after a poll of `known`, with its course; and why the feed moved, '' where it did not."""
        if seen.outcome in _SEEN:
            course = after_redirect(replace(known, course=learned.course), seen.hops, seen.final_url, overlaps=seen.shared, now=now)
            if course.url != known.course.url:
                return replace(learned, course=course), f"permanent redirects at {seen.final_url}"
            return replace(learned, course=course), ""
        if seen.http_status != 404 and seen.failure is not Failure.WEB_PAGE:
            return learned, ""
        course = after_loss(known.course)
        if not is_to_be_sought(course, web_page=seen.failure is Failure.WEB_PAGE, now=now):
            return replace(learned, course=course), ""
        return await self._sought(replace(learned, course=replace(course, sought_at=now)), now)

    async def _sought(self, lost: FeedState, now: datetime) -> tuple[FeedState, str]:
        """Search the site for the feed. One that holds entries of ours is it; others are proposed."""
        finds = await self._finds(lost)
        for find in finds:
            if await self.disk.ask(self.state.ledger.listed, [entry.entry_id for entry in find.document.entries]):
                found = replace(lost, course=moved(lost, find.url), status=FeedStatus.ACTIVE, next_poll_at=now + _SOON)
                return found, f"found on its site ({find.found_in}), with entries of ours"
        proposed = tuple(dict.fromkeys(find.url for find in finds))[:MAX_PROPOSED]
        if not proposed:
            return lost, ""
        log.warning("feed %s is not at %s any more; its site has %s", lost.feed.feed_id, lost.address, ", ".join(proposed))
        return replace(lost, course=replace(lost.course, proposed=proposed)), ""

    async def _finds(self, lost: FeedState) -> list[Find]:
        site = lost.feed.site or f"{origin(lost.address)}/"
        scout = Scout(fetcher=self.fetcher, robots=self._robots)
        try:
            finds = await scout.search(site, lost.feed)
        except ConfigurationError:
            raise
        except WireroomError as error:
            log.info("search for feed %s on %s: %s", lost.feed.feed_id, site, error)
            return []
        except Exception:  # a fault of ours: the polls of others must not end with it
            log.exception("search for feed %s on %s", lost.feed.feed_id, site)
            return []
        return [find for find in finds if not same_address(find.url, lost.address)]

    def _robots(self, site: str) -> bytes | None:
        kept = self.state.hosts.robots(site)
        return kept[2] if kept is not None and kept[1] < 300 else None

    def settle(self, known: FeedState, state: FeedState, now: datetime, why: str) -> FeedState:
        """Tell that a feed moved, and merge it into the one that is asked for there already. The state that is returned must be
        saved before another feed settles, or both would be asked for at one address.
        """
        owner = self._owner(state)
        told = f"feed {known.feed.feed_id} moved to {state.address}: {why}"
        if owner is not None:
            course: Course = replace(state.course, merged_into=owner)
            state = replace(state, status=FeedStatus.MERGED, course=course)
            told += f"; feed {owner} is asked for there"
        log.warning("%s", told)
        self.state.decisions.add([Decision(at=now, stage=Stage.POLL, url_key=url_key(known.address), verdict="moved", reason=told)])
        return state

    def _owner(self, state: FeedState) -> FeedId | None:
        """Return the feed that is polled at this address already."""
        for other in self.state.feeds.all():
            if other.feed.feed_id != state.feed.feed_id and other.status not in UNPOLLED and same_address(other.address, state.address):
                return other.feed.feed_id
        return None
