"""What kind of page this is. Simple rules that are seldom wrong: in doubt it is an article. Pure.

Each rule wants two things that hardly ever come together on an article, one of them nearly always being that there is
hardly any prose.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from pipeline.clean.hygiene import phrase_key
from pipeline.clean.jsonld import ARTICLE_TYPES, types_of
from pipeline.clean.metadata import PageFacts
from pipeline.clean.outline import PageBlock

ARTICLE: Final = "article"
LIVE_BLOG: Final = "live-blog"
SCRIPT_ONLY: Final = "script-only"
LITTLE: Final = 600  # characters of prose: less is no story by itself
SOME: Final = 1500
_SPLIT_TITLE: Final = re.compile(r"\s+[|–—·»-]+\s+|\s*\|\s*")
_LIVE: Final = re.compile(
    r"/(?:live|liveblog|live-blog|liveticker|live-updates|newsblog|en-direct|directo|diretta)(?:[/_.-]|$)", re.IGNORECASE
)
# Software that makes one kind of page only. On 1,050 labelled articles none of it is found.
_FORUM_SOFTWARE: Final = re.compile(r"\b(?:phpbb|xenforo|xf|vbulletin|mybb|discourse|flarum|nodebb|ipsapp|simplemachines)\b")
_DOCS_SOFTWARE: Final = re.compile(
    r"documentation_options|doctools\.js|\b(?:docutils|sphinx|doxygen|javadoc|rustdoc|bookdown|gitbook|dokuwiki)\b"
)
_INDEX_TYPES: Final = frozenset({"CollectionPage", "ItemList", "SearchResultsPage", "ProfilePage", "ContactPage", "AboutPage", "FAQPage"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a page looks like, in the few measures that the rules go by."""

    facts: PageFacts
    url: str
    headlines: frozenset[str]  # title and main headings, whole and in parts, as phrase keys
    text: str  # of a short page as one phrase key, '' for a long one
    prose: int  # characters of the body that was found
    headings: int
    linked_headings: int
    scripts: int

    @property
    def types(self) -> frozenset[str]:
        """All JSON-LD types on the page, and og:type."""
        found = {kind for node in self.facts.nodes for kind in types_of(node)}
        return frozenset(found | {self.facts.head.first("og:type").lower()})

    @property
    def tells_article(self) -> bool:
        """Whether the page calls itself an article anywhere, or is dated and signed as one."""
        head = self.facts.head
        return (
            bool(self.types & (ARTICLE_TYPES - {"CreativeWork", "Review"}))
            or "article" in self.types
            or bool(head.first("article:published_time"))
        )


def sight_of(facts: PageFacts, url: str, blocks: Sequence[PageBlock], body: Sequence[PageBlock], *, told: int, scripts: int) -> Sight:
    """Take the measures of a page. `body` are the blocks that were kept, `told` the characters of a body told to machines only."""
    heads = [facts.head.title, *(block.text for block in blocks if block.tag == "h1")]
    parts = {phrase_key(part) for head in heads for part in (head, *_SPLIT_TITLE.split(head))}
    headings = [block for block in blocks if block.level in {2, 3, 4} and not block.has("nav", "footer")]
    whole = sum(len(block.text) for block in blocks)
    return Sight(
        facts=facts,
        url=url,
        headlines=frozenset(parts - {""}),
        text=phrase_key(" ".join(block.text for block in blocks)) if whole <= 4 * SOME else "",
        prose=told + sum(len(block.text) for block in body if block.is_prose),
        headings=len(headings),
        linked_headings=sum(block.link_share > 0.8 for block in headings),
        scripts=scripts,
    )


def page_type(sight: Sight, walls: Mapping[str, frozenset[str]]) -> str:
    """Return `article`, `live-blog`, or the kind of page that is neither."""
    for kind, says in _KINDS.items():
        if says(sight, walls):
            return kind
    live = "LiveBlogPosting" in sight.types or bool(_LIVE.search(urlsplit(sight.url).path))
    return LIVE_BLOG if live else ARTICLE


def _headline_is(kind: str) -> Callable[[Sight, Mapping[str, frozenset[str]]], bool]:
    return lambda sight, walls: sight.prose < SOME and bool(sight.headlines & walls[kind]) and not sight.tells_article


def _bot_wall(sight: Sight, walls: Mapping[str, frozenset[str]]) -> bool:
    return sight.prose < SOME and bool(sight.headlines & walls["bot"]) and not sight.tells_article


def _login(sight: Sight, walls: Mapping[str, frozenset[str]]) -> bool:
    return sight.prose < LITTLE and not sight.tells_article and bool(sight.headlines & walls["login"])


def _paywall_stub(sight: Sight, walls: Mapping[str, frozenset[str]]) -> bool:
    return sight.prose < 100 and bool(sight.text) and any(phrase in sight.text for phrase in walls["paywall"])


def _script_only(sight: Sight, walls: Mapping[str, frozenset[str]]) -> bool:
    if sight.prose >= 100 or (not sight.text and sight.prose):
        return False
    return len(sight.text) < 300 and (sight.scripts >= 2 or any(phrase in sight.text for phrase in walls["script"]))


def _video_only(sight: Sight, walls: Mapping[str, frozenset[str]]) -> bool:
    if sight.prose >= LITTLE // 2 or sight.types & (ARTICLE_TYPES - {"CreativeWork"}):
        return False
    return any(kind.startswith("video") for kind in sight.types) or bool(sight.types & {"VideoObject", "ImageGallery", "MediaGallery"})


def _made_by(pattern: re.Pattern[str]) -> Callable[[Sight, Mapping[str, frozenset[str]]], bool]:
    return lambda sight, walls: not sight.tells_article and bool(pattern.search(sight.facts.head.made_by))


def _forum(sight: Sight, walls: Mapping[str, frozenset[str]]) -> bool:
    return _made_by(_FORUM_SOFTWARE)(sight, walls) or (
        bool(sight.types & {"DiscussionForumPosting", "QAPage"}) and not sight.types & {"NewsArticle", "Article", "BlogPosting"}
    )


def _product(sight: Sight, walls: Mapping[str, frozenset[str]]) -> bool:
    shop = any(kind in {"product", "og:product", "product.item"} for kind in sight.types) or "Product" in sight.types
    return shop and not sight.tells_article and sight.prose < 2 * SOME


def _listing(sight: Sight, walls: Mapping[str, frozenset[str]]) -> bool:
    if sight.tells_article:
        return False
    path = urlsplit(sight.url).path.strip("/")
    front = path in {"", "index.html", "index.php", "home"} and not urlsplit(sight.url).query
    many = sight.linked_headings >= 8 and sight.linked_headings * 2 > sight.headings
    index = bool(sight.types & _INDEX_TYPES) and sight.prose < SOME
    return (front and (many or sight.prose < SOME)) or (many and sight.prose < SOME) or (index and sight.linked_headings >= 4)


_KINDS: Final[Mapping[str, Callable[[Sight, Mapping[str, frozenset[str]]], bool]]] = {
    "bot-wall": _bot_wall,
    "consent": _headline_is("consent"),
    "login": _login,
    "soft-404": _headline_is("missing"),
    "paywall-stub": _paywall_stub,
    SCRIPT_ONLY: _script_only,
    "video-or-gallery": _video_only,
    "forum": _forum,
    "documentation": _made_by(_DOCS_SOFTWARE),
    "product": _product,
    "listing": _listing,
}
