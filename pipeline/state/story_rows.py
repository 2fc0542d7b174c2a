"""Rows of `tellers` and `bands`, and the values they are of.

A batch reads a thousand members and writes nine thousand bands: each takes SQLAlchemy's types longer to translate than the
database to find or write, so that here ids and bytes come and go as the driver has them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import DateTime, Select, String, select, type_coerce
from sqlalchemy.types import TypeEngine

from pipeline.standing import CopyKind, Fingerprint, Member, Standing, Teller
from pipeline.state.columns import Blob
from pipeline.state.schema import tellers
from pipeline.types import ArticleId

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_NAME: Final = 500
_PRINTED: Final = ("shingles", "signature", "bands", "numbers", "names", "plain")
_RAW: Final[dict[str, TypeEngine[Any]]] = {
    "article_id": Blob(),
    "story_id": Blob(),
    "copy_of": Blob(),
    "at": DateTime(),
    "copy_kind": String(),
}
_HOURS: Final = 2**20 - 1
_BAND: Final = ~_HOURS
_READ: Final = ("article_id", "at", "site", "publisher", "agency", "story_id", "copy_of", "copy_kind", "distance", *_PRINTED)


def tellers_as_they_lie() -> Select[Any]:
    """Return the query whose rows `teller_of` takes, without any condition."""
    return select(*(type_coerce(tellers.c[name], _RAW[name]) if name in _RAW else tellers.c[name] for name in _READ))


def teller_of(row: Iterable[Any]) -> Teller:
    """Return the member and its standing."""
    article_id, at, site, publisher, agency, story_id, copy_of, kind, distance, shingles, signature, bands, numbers, names, plain = row
    printed = None
    if signature:
        printed = Fingerprint(shingles=shingles, signature=signature, bands=bands, numbers=numbers, names=names, plain=plain)
    return Teller(
        member=Member(
            article_id=ArticleId(article_id.hex()),
            at=at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC),
            site=site,
            publisher=publisher,
            agency=agency,
            fingerprint=printed,
        ),
        standing=Standing(
            story_id=ArticleId(story_id.hex()),
            copy_of=None if copy_of is None else ArticleId(copy_of.hex()),
            kind=None if kind is None else CopyKind(kind),
            distance=distance,
        ),
    )


def member_row(one: Member) -> dict[str, Any]:
    """Return the columns of a member; those of its standing are missing."""
    row: dict[str, Any] = {name: getattr(one, name) for name in ("article_id", "at", "site")}
    row |= {"publisher": one.publisher[:_LONGEST_NAME], "agency": one.agency and one.agency[:_LONGEST_NAME]}
    return row | {name: getattr(one.fingerprint, name) if one.fingerprint else None for name in _PRINTED}


def standing_row(standing: Standing) -> dict[str, Any]:
    """Return the columns of a standing."""
    return {"story_id": standing.story_id, "copy_of": standing.copy_of, "copy_kind": standing.kind, "distance": standing.distance}


def band_rows(one: Member, number: int) -> list[tuple[int, int]]:
    """Return rows of `bands` as they lie in the database: each band's keys stand in order of time."""
    hour = _hour(one.at)
    return [(band & _BAND | hour, number) for band in _bands(one)]


def band_bases(members: Iterable[Member]) -> set[int]:
    """Return what the keys of these members' bands begin with. Of 64 bits 44 are kept: even among ten billion bands hardly two
    meet by chance, and who does is only compared in vain.
    """
    return {band & _BAND for one in members for band in _bands(one)}


def _bands(one: Member) -> tuple[int, ...]:
    packed = one.fingerprint.bands if one.fingerprint else b""
    return struct.unpack(f"<{len(packed) // 8}q", packed)


def hours_between(first: datetime, last: datetime) -> tuple[int, int]:
    """Return what keys of these times end with, at least and at most."""
    return _hour(first), _hour(last)


def _hour(at: datetime) -> int:
    """Hours since 1970, within 20 bits: times before then and after 2089 count as the first and the last hour."""
    return max(0, min((at - _EPOCH) // timedelta(hours=1), _HOURS))
