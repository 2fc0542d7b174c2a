"""What a source of the past gives: a page as somebody fetched it then, or a stretch that gives none, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.types import FetchedPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page that was kept elsewhere. `published` is what a list beside it says, where there is one."""

    page: FetchedPage
    published: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A page, or a stretch of a file, that is not taken: counted by its reason, never an error."""

    where: str  # file and place, or the URL
    reason: str  # a short kebab-case word: torn, wrong-length, not-html, other-domain, …
    detail: str = ""


@dataclass(slots=True)
class Cursor:
    """How far a file was read, in its bytes: what came out of it so far lies before, and reading can go on there."""

    offset: int = 0
