"""What the name of an element says it holds: class, id and role → marks such as `newsletter` or `related`. Pure.

Names are cut into words (`articleNewsletter--box` is article, newsletter, box), so that `unrelated` is not related and
`adage` no ad. Marks are evidence, not verdicts: a body inside `<div class="has-sidebar">` is still the body, which is why
the rules ask how much of the page's text a marked element holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")
MAX_NAME: Final = 300  # characters of class and id that are looked at

MARK_WORDS: Final[Mapping[str, str]] = {
    "advert": r"adverti\w*|ads?|adslot|adbox|sponsor\w*|promos?|promot\w+|banner|anzeigen?|werbung|dfp|commercial|affiliate\w*|publicidad",
    "author": r"authors?|authorbox|bylines?|bio|biography|autore?n?|auteurs?|writer",
    "caption": r"captions?|figcaption|credits?|bildunterschrift|bu|bildtext|legende?|leyenda|pie-foto|cutline|photographer|imagetext"
    r"|slide-description|image-description|quelle",
    "comments": r"comments?|commenting|conversation|discussion|forum|disqus|respond|kommentare?|replies|livefyre|coral",
    "consent": r"cookies?|consent|gdpr|onetrust|cmp|privacy|datenschutz|optanon",
    "correction": r"corrections?|clarification|erratum|korrektur|rectificatif",
    "credit": r"credits?|copyright|photographer|quelle|crediti?|fotograf\w*|photo-by|image-source|source",
    "footer": r"footer",
    "gallery": r"galler(?:y|ies)|galerie|slideshow|slider|slides?|carousel|swiper|lightbox|bildergalerie",
    "infobox": r"infobox|factbox|faktabox|fact-box|info-box|fakta|keyfacts",
    "lead": r"teaser|standfirst|lead|lede|intro|dek|deck|subtitle|subheading|subhead\w*|subline|sub-headline|excerpt|abstract|summary"
    r"|description|vorspann|chapo|chapeau|ingress|entradilla|perex|preamble|sommario",
    "meta": r"meta|timestamp|time|date|datetime|dateline|published|pubdate|publication|readtime|read-time|reading-time|updated|infobar",
    "nav": r"nav\w*|menu|breadcrumbs?|pagination|pager|toolbar|skip|toc|jump\w*",
    "newsletter": r"newsletters?|subscribe|subscription|signup|sign-up|optin|mailchimp|newsletter\w+",
    "paywall": r"paywall|piano|regwall|subscriber|premium|abo|paid|metered|tinypass",
    "quote": r"pullquote|pull-quote|blockquote|zitat|quote",
    "related": r"related\w*|recommend\w*|recirc\w*|read-more|readmore|more-on"
    r"|more-from|more-stories|more-news|more-articles|see-also|also-read"
    r"|most-read|most-popular|most-viewed|popular|trending|taboola|outbrain|next-article|next-story|next-up|mehr-zum|similar|linkbox"
    r"|further|onward|latest|headlines|teasers?",
    "share": r"shar(?:e|es|ing)|sharebar|sharedaddy|social|socials|addthis|follow|social\w+",
    "tags": r"tags?|taglist|topics?|keywords?|categor(?:y|ies)|etiquetas|schlagworte",
    "video": r"videos?|player|jwplayer|podcast|audio|playlist|livestream|videoplayer",
    "widget": r"weather|wetter|polls?|quiz|ticker|widgets?|survey|umfrage|voting|rating",
}
# Marks of elements that hold something else than the body, wherever they hold the smaller part of the text.
_FOREIGN_WORDS: Final = "advert aside author caption comments consent footer form hidden infobox nav newsletter related share tags widget"
FOREIGN: Final = frozenset(_FOREIGN_WORDS.split())
BODY_NAME: Final = re.compile(
    r"-(?:article-?(?:body|content|text|copy)|articlebody|articlecontent|entry-content|post-(?:content|body)|story-?(?:body|content|text)"
    r"|body-(?:text|copy|content)|content-body|text-content|main-content|rich-?text|article-main-content)-"
)
_MARKS: Final = {mark: re.compile(f"-(?:{words})(?=-)") for mark, words in MARK_WORDS.items()}
_ANY_MARK: Final = re.compile("-(?:" + "|".join(MARK_WORDS.values()) + ")(?=-)")

_ROLES: Final = {
    "navigation": "nav",
    "menu": "nav",
    "menubar": "nav",
    "complementary": "aside",
    "contentinfo": "footer",
    "banner": "header",
    "search": "nav",
    "dialog": "consent",
    "alertdialog": "consent",
}


def name_words(name: str) -> str:
    """Return the words of class and id names, lower-case, each between hyphens: `-article-newsletter-box-`."""
    return "-" + "-".join(filter(None, _CAMEL.split(name[:MAX_NAME]))).lower() + "-"


@lru_cache(maxsize=8192)  # pages of one site use the same names
def read_name(name: str) -> tuple[str, frozenset[str]]:
    """Return the hyphenated words of class and id names, and the marks they bear; most bear none."""
    words = name_words(name)
    found = {mark for mark, pattern in _MARKS.items() if pattern.search(words)} if _ANY_MARK.search(words) else set()
    return words, frozenset(found | {"body"} if BODY_NAME.search(words) else found)


def role_mark(role: str) -> str | None:
    """Return the mark of an ARIA role."""
    return _ROLES.get(role.strip().lower())
