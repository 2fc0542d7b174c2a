"""A page's head: meta tags by name, the title element, links, the declared language. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lxml.html import HtmlElement

from pipeline.clean.hygiene import tidy

MAX_TAGS: Final = 400
MAX_MARK: Final = 200  # characters of an id, a class, the end of an address
_KNOWN_SCRIPTS: Final = ("_static/documentation_options.js", "_static/doctools.js", "nodebb.min.js")
MAX_CONTENT: Final = 5_000  # characters of one tag


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHead:
    """What the head says. `tags` maps lower-case names and properties to their contents, in document order."""

    tags: dict[str, tuple[str, ...]]
    title: str
    canonical: str
    amp: str
    language: str
    made_by: str = ""  # software that makes such pages: its generator tag, ids and classes of html and body, scripts by which it is known

    def first(self, *names: str) -> str:
        """Return the first non-empty content among the names, in the order of the names; '' where there is none."""
        return next((content for name in names for content in self.tags.get(name, ()) if content), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Return every content of a name."""
        return self.tags.get(name, ())


def read_head(root: HtmlElement) -> PageHead:
    """Return what the head says; tags that stand in the body by mistake count too."""
    tags: dict[str, list[str]] = {}
    for count, tag in enumerate(root.iter("meta")):
        if count >= MAX_TAGS:
            break
        content = tidy(tag.get("content", "")[:MAX_CONTENT])
        if content:
            for attribute in ("name", "property", "itemprop", "http-equiv"):
                if name := tag.get(attribute):
                    tags.setdefault(name.strip().lower(), []).append(content)
    title = root.find(".//title")
    body = root.find("body")
    marks = [one.get(name, "")[:MAX_MARK] for one in (root, body) if one is not None for name in ("id", "class", "data-app")]
    marks += [name for script in root.iterfind(".//script[@src]") for name in _KNOWN_SCRIPTS if name in script.get("src", "")[-MAX_MARK:]]
    return PageHead(
        tags={name: tuple(contents) for name, contents in tags.items()},
        title=tidy(title.text_content()[:1000]) if title is not None else "",
        canonical=_link(root, "canonical"),
        amp=_link(root, "amphtml"),
        made_by=" ".join(filter(None, [*tags.get("generator", ()), *marks])).lower(),
        language=tidy(root.get("lang", "") or root.get("{http://www.w3.org/XML/1998/namespace}lang", "") or root.get("xml:lang", ""))[:35],
    )


def _link(root: HtmlElement, relation: str) -> str:
    for link in root.iter("link"):
        if relation in link.get("rel", "").lower().split():
            return tidy(link.get("href", ""))[:2048]
    return ""
