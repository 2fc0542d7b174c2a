"""How a revision differs from the one before, and when to look for the next. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from pipeline.standing import Change, Fate, Revision, SentenceChange
from pipeline.stories.sentences import compare

SUBSTANTIAL: Final = 0.2  # share of the words that came or went
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_QUOTED = re.compile(r"[“„«\"]([^“”„«»\"]{8,1500})[”“»\"]")
_SIGNS = re.compile(r"\W+")
_NOTICE = re.compile(
    r"^\W*(?:correction|corrected|clarification|editor[’']s note|an earlier version of this|a previous version of this"
    r"|this (?:story|article) has been (?:corrected|updated)|berichtigung|korrektur|richtigstellung"
    r"|in einer früheren (?:version|fassung)|anmerkung der redaktion"
    r"|rectificatif|correctif|erratum|une version précédente|corrección|fe de errores|rectificación|una versión anterior"
    r"|исправлен|поправка|в предыдущей версии|sprostowanie|errata|correzione|correção|rättelse|rettelse|correctie)",
    re.IGNORECASE,
)

# By age at the time of the look: look again after. The figures are Wireroom's own; an article older than the last is left alone.
LADDER: Final = (
    (timedelta(hours=3), timedelta(minutes=15)),
    (timedelta(hours=24), timedelta(hours=1)),
    (timedelta(days=7), timedelta(hours=6)),
    (timedelta(days=30), timedelta(days=3)),
)
_PATIENT_AFTER: Final = 2  # looks in a row that found nothing new: from then on at half the pace


def next_look(published: datetime, now: datetime, *, unchanged: int) -> datetime | None:
    """Return when a page is to be looked at again, None for never; `unchanged` looks in a row have found nothing new."""
    pause = next((pause for age, pause in LADDER if now - published < age), None)
    if pause is None:
        return None
    return now + pause * (2 if unchanged >= _PATIENT_AFTER else 1)


def changes(before: Revision, after: Revision) -> tuple[Change, ...]:
    """Return in which ways a revision differs from the one before, in the order of `Change`."""
    found = set()
    told = compare(before.text, after.text)
    edited = [one for one in told if one.fate is not Fate.KEPT]
    if _words(before.title) != _words(after.title):
        found.add(Change.HEADLINE)
    if set(after.corrections) - set(before.corrections) or any(_NOTICE.search(one.after) for one in edited if one.after):
        found.add(Change.CORRECTION)
    elif edited and after.modified == before.modified:
        found.add(Change.SILENT_EDIT)
    if any(_numbers(one.before) != _numbers(one.after) for one in edited if one.fate is Fate.CHANGED):
        found.add(Change.NUMBERS)
    if any(_is_requoted(one) for one in edited):
        found.add(Change.QUOTE)
    if _share(told) >= SUBSTANTIAL:
        found.add(Change.SUBSTANTIAL)
    if Change.TAKEN_DOWN in before.changes:
        found.add(Change.RESTORED)
    return tuple(change for change in Change if change in found)


def _words(text: str) -> list[str]:
    return _SIGNS.sub(" ", text).casefold().split()


def _numbers(text: str) -> list[str]:
    return sorted(_NUMBER.findall(text))


def _is_requoted(one: SentenceChange) -> bool:
    """Whether what somebody is quoted with is put otherwise, in a sentence that is otherwise still there."""
    if one.fate is not Fate.CHANGED:
        return False
    before, after = ([_words(quote) for quote in _QUOTED.findall(text)] for text in (one.before, one.after))
    return bool(before) and bool(after) and before != after


def _share(told: tuple[SentenceChange, ...]) -> float:
    """Return how much of the text came or went, counted in words; of a changed sentence its whole length counts half."""
    total = sum(max(len(one.before.split()), len(one.after.split())) for one in told)
    weights = {Fate.KEPT: 0.0, Fate.ADDED: 1.0, Fate.REMOVED: 1.0, Fate.CHANGED: 0.5}
    moved = sum(weights[one.fate] * max(len(one.before.split()), len(one.after.split())) for one in told)
    return moved / total if total else 0.0
