"""Which language an article is in, by its own text. The one home of py3langid."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pipeline.enrich.scripts import language_of_script, letters_by_script

if TYPE_CHECKING:
    from pipeline.types import EnrichedArticle

UNKNOWN: Final = "und"
_LOOKED_AT = 600  # characters; more gains nothing
_FEWEST_LETTERS = 20
_FEWEST_OF_OWN_SCRIPT = 5  # where the script says it all
_SURE = 0.9
_POSSIBLE = 0.02  # share of a declared language that the detector does not rule out
_BETTER_THAN_NONE = 0.3

# Dialects and languages without news of their own, which only win where the text is short.
_IGNORED = frozenset({"an", "eo", "la", "nv", "oc", "vo", "wa"})
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "ji": "yi", "fil": "tl", "sh": "sr", "mo": "ro"}
# So close to one another that what the page declares knows better.
_NEIGHBOURS = ({"bs", "hr", "sr"}, {"id", "ms"}, {"xh", "zu"}, {"no", "da"}, {"cs", "sk"}, {"bg", "mk"})


class LanguageEnricher:
    """Sets `language`: a primary BCP 47 subtag, "no" for either Norwegian, "und" where the text is too short to tell.

    Looks at the first 600 characters of title and body. What the page declares decides where the text does not.
    """

    name = "language"
    version = "1"

    def enrich(self, enriched: EnrichedArticle) -> EnrichedArticle:
        article = enriched.article
        language = detect(f"{article.title}\n{article.text[:_LOOKED_AT]}", declared=article.language)
        return replace(enriched, language=language, enrichers=(*enriched.enrichers, f"{self.name}/{self.version}"))


def primary(tag: str | None) -> str | None:
    """Return the language of a tag as Wireroom names it ("nb-NO" → "no"), None for none or nonsense."""
    subtag = (tag or "").strip().lower().replace("_", "-").split("-")[0]
    if not (subtag.isascii() and subtag.isalpha() and len(subtag) in (2, 3)) or subtag in (UNKNOWN, "mul", "zxx"):
        return None
    return _SAME.get(subtag, subtag)


def detect(text: str, *, declared: str | None = None) -> str:
    """Return the language of a text; `declared` is the tag that page or feed claim, and may be wrong."""
    seen = text[:_LOOKED_AT]
    counts = letters_by_script(seen)
    letters = sum(counts.values())
    by_script = language_of_script(counts)
    if by_script and letters >= _FEWEST_OF_OWN_SCRIPT:
        return by_script
    if letters < _FEWEST_LETTERS:
        return UNKNOWN
    return _weigh(dict(_detector().rank(seen)), primary(declared))


def _weigh(shares: dict[str, float], claimed: str | None) -> str:
    merged: dict[str, float] = {}
    for label, share in shares.items():
        language = _SAME.get(label, label)
        merged[language] = merged.get(language, 0.0) + share
    best = max(merged, key=lambda language: merged[language])
    if claimed is None:
        return best if merged[best] >= _BETTER_THAN_NONE else UNKNOWN
    if merged[best] < _SURE and merged.get(claimed, 0.0) >= _POSSIBLE:
        return claimed
    if any(best in near and claimed in near for near in _NEIGHBOURS):
        return claimed
    return best if merged[best] >= _BETTER_THAN_NONE else claimed


@cache
def _detector() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([label for label in identifier.labels if len(label) == 2 and label not in _IGNORED])
    return identifier
