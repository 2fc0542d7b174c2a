"""How long an article takes to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pipeline.enrich.words import count_words

if TYPE_CHECKING:
    from pipeline.types import EnrichedArticle

# Words a minute of adults who read a text of medium difficulty silently: Trauzettel-Klosinski and Dietz, "Standardized
# Assessment of Reading Performance: The New International Reading Speed Texts IReST", IOVS 53 (2012), table 3.
PACE: Final[Mapping[str, int]] = {
    "ar": 138, "de": 179, "en": 228, "es": 218, "fi": 161, "fr": 195, "he": 187, "it": 188, "ja": 193, "nl": 202, "pl": 166, "pt": 181,
    "ru": 184, "sl": 180, "sv": 199, "tr": 166, "zh": 158,
}  # fmt: skip
_USUAL: Final = 184  # the mean over these languages


class PaceEnricher:
    """Sets `reading_minutes`, at least 1 for any text at all."""

    name = "pace"
    version = "1"

    def enrich(self, enriched: EnrichedArticle) -> EnrichedArticle:
        words = enriched.words or count_words(enriched.article.text)
        pace = PACE.get(enriched.language.partition("-")[0], _USUAL)
        minutes = max(1, round(words / pace)) if words else 0
        return replace(enriched, reading_minutes=minutes, enrichers=(*enriched.enrichers, f"{self.name}/{self.version}"))
