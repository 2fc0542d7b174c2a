"""JSON-LD out of a page's scripts: every node, flattened, and the one that describes the article. Pure.

Real blocks are broken in a few steady ways: comments and CDATA around them, line breaks inside strings, commas too many,
quotes as entities, a tail cut off. Each mend is tried in turn, and what still cannot be read is salvaged field by field.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lxml.html import HtmlElement

from pipeline.clean.hygiene import without_controls

Node = Mapping[str, Any]

MAX_SCRIPTS: Final = 40
MAX_SCRIPT: Final = 2_000_000  # characters
MAX_NODES: Final = 2_000
MAX_DEPTH: Final = 12

_ARTICLE_TYPES_WORDS: Final = (
    "Article NewsArticle ReportageNewsArticle AnalysisNewsArticle AskPublicNewsArticle BackgroundNewsArticle "
    "OpinionNewsArticle ReviewNewsArticle AdvertiserContentArticle SatiricalArticle BlogPosting LiveBlogPosting Report "
    "TechArticle ScholarlyArticle MedicalScholarlyArticle SocialMediaPosting Review CreativeWork"
)
ARTICLE_TYPES: Final = frozenset(_ARTICLE_TYPES_WORDS.split())
_TELLING: Final = "headline datePublished author dateModified image articleBody description"
_OPENERS: Final = ("<!--", "<![CDATA[", "//", "/*", "*/", "\ufeff")
_CLOSERS: Final = ("-->", "]]>", "//", "/*", "*/", ";")
_TRAILING_COMMA: Final = re.compile(r",(?=\s*[}\]])")
_SALVAGED: Final = re.compile(
    r'"(headline|datePublished|dateModified|articleSection|articleBody|description|inLanguage)"\s*:\s*"((?:[^"\\]|\\.){1,200000})"'
)
_SALVAGED_AUTHOR: Final = re.compile(r'"author"\s*:\s*(\[[^\[\]]{0,2000}\]|\{[^{}]{0,500}\})')


def read_nodes(root: HtmlElement) -> tuple[Node, ...]:
    """Return every JSON-LD object of a page, outer before inner, at most MAX_NODES; references by `@id` are resolved."""
    nodes: list[Node] = []
    for script in root.iterfind(".//script[@type]"):
        if "ld+json" not in script.get("type", "").lower() or len(nodes) >= MAX_NODES:
            continue
        text = script.text_content()
        if 0 < len(text) <= MAX_SCRIPT:
            for value in _values(text):
                nodes.extend(_flat(value, MAX_DEPTH))
    return _resolved(nodes[:MAX_NODES])


def article_node(nodes: tuple[Node, ...], url_hint: str = "") -> Node:
    """Return the node that describes the article: of an article type, best with the page's address, the most told; else {}."""
    candidates = [node for node in nodes if types_of(node) & ARTICLE_TYPES and _told(node)]
    if not candidates:
        return {}
    return max(candidates, key=lambda node: (_is_about(node, url_hint), "CreativeWork" not in types_of(node), _told(node)))


def types_of(node: Node) -> frozenset[str]:
    """Return the types of a node, without the vocabulary's address."""
    kinds = node.get("@type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    return frozenset(kind.rpartition("/")[2].rpartition(":")[2] for kind in listed if isinstance(kind, str))


def text_of(value: object) -> str:
    """Return a value as plain text: a string, a number, the first of a list, a node's name; '' for anything else."""
    if isinstance(value, list):
        return next((text for text in map(text_of, value[:5]) if text), "")
    if isinstance(value, Mapping):
        return text_of(value.get("name") or value.get("@value") or value.get("url") or "")
    if isinstance(value, bool) or value is None:
        return ""
    return unescaped(str(value)) if isinstance(value, str | int | float) else ""


def unescaped(text: str) -> str:
    """Return the text with entities read, which may be escaped twice, and without what JSON may escape and no text may hold."""
    for _ in range(2):
        if "&" not in text:
            break
        text = html.unescape(text)
    return without_controls(text).strip()


def _values(text: str) -> Iterator[object]:
    for mended in _mends(text):
        value = _parsed(mended)
        if value is not None:
            yield value
            return
    found: dict[str, object] = {name: _string(raw) for name, raw in reversed(_SALVAGED.findall(text))}
    if found.get("headline"):
        if author := _SALVAGED_AUTHOR.search(text):
            found["author"] = _parsed(author.group(1))
        yield {"@type": "NewsArticle", **found}


def _mends(text: str) -> Iterator[str]:
    yield text
    plain = _unwrapped(text)
    yield plain
    if "&quot;" in plain:
        yield html.unescape(plain)
    yield _TRAILING_COMMA.sub("", plain)


def _unwrapped(text: str) -> str:
    """Return the text without the comment and CDATA marks around it, in any order and number."""
    plain = text.strip()
    for _ in range(8):
        opener = next((one for one in _OPENERS if plain.startswith(one)), "")
        closer = next((one for one in _CLOSERS if plain.endswith(one)), "")
        if not opener and not closer:
            break
        plain = plain.removeprefix(opener).removesuffix(closer).strip()
    return plain


def _parsed(text: str) -> object | None:
    """Return the first value of the text (several objects may follow one another), None where it cannot be read."""
    try:
        value: object = json.JSONDecoder(strict=False).raw_decode(text.lstrip("\ufeff \t\r\n"))[0]
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def _string(raw: str) -> str:
    value = _parsed(f'["{raw}"]')
    return str(value[0]) if isinstance(value, list) and value else raw


def _flat(value: object, depth: int) -> Iterator[Node]:
    if depth <= 0:
        return
    if isinstance(value, list):
        for one in value[:MAX_NODES]:
            yield from _flat(one, depth - 1)
    elif isinstance(value, dict):
        yield value
        for one in value.values():
            if isinstance(one, dict | list):
                yield from _flat(one, depth - 1)


def _resolved(nodes: list[Node]) -> tuple[Node, ...]:
    known = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 2}
    return tuple({name: _followed(value, known) for name, value in node.items()} for node in nodes)


def _followed(value: object, known: Mapping[str, Node]) -> object:
    if isinstance(value, list):
        return [_followed(one, known) if isinstance(one, dict) else one for one in value]
    if isinstance(value, dict) and isinstance(value.get("@id"), str) and "name" not in value:
        return known.get(value["@id"], value)
    return value


def _told(node: Node) -> int:
    return sum(bool(node.get(name)) for name in _TELLING.split())


def _is_about(node: Node, url: str) -> bool:
    about = node.get("mainEntityOfPage")
    claimed = [about.get("@id") or about.get("url") if isinstance(about, dict) else about, node.get("url"), node.get("@id")]
    return bool(url) and any(isinstance(one, str) and one.partition("#")[0].rstrip("/") == url.rstrip("/") for one in claimed)
