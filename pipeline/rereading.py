"""From the index to what enrichers learn: the newest articles, read back page by page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.enrich.corpus import Told, learn, write_corpus
from pipeline.index.query import Everything, SearchRequest, Sort
from pipeline.ports import ArticleIndex

NEWEST = 5_000
DAY = timedelta(days=1)
_PAGE = 250


def newest(index: ArticleIndex, *, count: int = NEWEST) -> Iterator[Told]:
    """Yield the newest articles of the index, at most so many."""
    cursor = None
    while count > 0:
        page = index.search(SearchRequest(query=Everything(), size=min(_PAGE, count), sort=Sort.NEWEST, cursor=cursor))
        for hit in page.hits:
            document = hit.document
            yield Told(
                story=document["story_id"],
                language=document["language"],
                text=f"{document['title']}\n{document['body']}",
                people=tuple(document["people"]),
                organisations=tuple(document["organisations"]),
            )
        count -= len(page.hits)
        cursor = page.next_cursor
        if cursor is None:
            return


def learn_into(file: Path, index: ArticleIndex, now: datetime, *, daily: bool = False) -> int:
    """Learn from the newest articles and write it down; return from how many. Enrichers know it when opened next.

    With `daily` nothing is done, and 0 returned, where the file is younger than a day.
    """
    if daily and file.exists() and now.timestamp() - file.stat().st_mtime < DAY.total_seconds():
        return 0
    corpus = learn(newest(index))
    write_corpus(file, corpus)
    return sum(corpus.documents.values())
