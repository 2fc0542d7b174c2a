"""Responses of a WARC → pages as the pipeline knows them, or why not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pipeline.backfill.choice import HTML, Choice, Guess
from pipeline.backfill.found import Cursor, Found, Missed
from pipeline.backfill.http_answer import AnswerError, Decode, media_type, split_answer, whole_body
from pipeline.backfill.unpacking import Readable
from pipeline.backfill.warc_reading import Response, read_warc
from pipeline.types import Digest, FetchedPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What reading pages of the past needs: what is wanted, and what undoes encodings and tells languages."""

    choice: Choice
    decode: Decode
    guess: Guess
    max_bytes: int  # of one page after decompression

    def pages(self, source: Readable, name: str, cursor: Cursor | None = None) -> Iterator[Found | Missed]:
        """Yield each page of a WARC that is wanted, and each response that is not with its reason, one at a time. `source` begins at
        the cursor, which is moved on.
        """
        for found in read_warc(source, name, refuse=self.choice.refuse_head, cursor=cursor):
            yield self._page(found) if isinstance(found, Response) else found

    def _page(self, response: Response) -> Found | Missed:
        try:
            return Found(page=self._read(response))
        except AnswerError as error:
            return Missed(where=response.where, reason=str(error), detail=response.head.url[:200])

    def _read(self, response: Response) -> FetchedPage:
        status, headers, stored = split_answer(response.block)
        if status != 200:
            raise AnswerError(f"status-{status}")
        if media_type(headers) not in {"", *HTML}:
            raise AnswerError("not-html")
        body = whole_body(headers, stored, decode=self.decode, limit=self.max_bytes)
        if not body.strip():
            raise AnswerError("empty")
        if reason := self.choice.refuse_body(body, self.guess):
            raise AnswerError(reason)
        at = response.head.at
        assert at is not None  # the choice refused it otherwise
        return page_of(response.head.url, body, at=at, headers=headers, status=status)


def page_of(url: str, body: bytes, *, at: datetime, headers: tuple[tuple[str, str], ...] = (), status: int = 200) -> FetchedPage:
    """Return a page of the past as if it had been fetched then."""
    digest = Digest(hashlib.sha256(body).hexdigest())
    return FetchedPage(url=url, final_url=url, status=status, headers=headers, body=body, digest=digest, fetched_at=at)
