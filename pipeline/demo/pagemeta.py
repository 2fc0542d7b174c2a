"""What a page claims about itself in JSON-LD and meta tags: the truth, or what real pages say instead.

The wrong claims are those met in the wild: the time of a content system's migration as the date of publication, the
site's name or a working title as the headline, the house as the author, a script block that is no JSON at all.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from markupsafe import Markup

from pipeline.demo.content import DemoArticle

MIGRATED_AT = datetime(2019, 6, 4, 9, 0, tzinfo=UTC)  # what every page with a wrong date says


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the page and its picture lie, as absolute URLs."""

    url: str
    site: str
    picture: str | None = None


def json_ld(article: DemoArticle, address: Address, *, words: int) -> Markup | None:
    """Return the content of the ld+json script, None where the page has none. Safe inside a script element."""
    if article.jsonld == "none":
        return None
    news = _news_article(article, address)
    if article.publisher.template == "agency":
        news["articleBody"] = "\n\n".join(block.text for block in article.blocks)
    elif article.publisher.template == "broadsheet":
        news["wordCount"] = words
    document: object = {"@context": "https://schema.org", **news}
    if article.publisher.template in ("agency", "continental"):
        document = {"@context": "https://schema.org", "@graph": [_organisation(article, address), _breadcrumbs(article, address), news]}
    text = json.dumps(document, ensure_ascii=article.publisher.charset != "utf-8", indent=1)
    text = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return Markup(_broken(text) if article.jsonld == "broken" else text)  # noqa: S704 - escaped in the line above


def _broken(text: str) -> str:
    """A raw line break inside a string and a comma too many: strict parsers give up on either."""
    return text.replace('"headline": "', '"headline": "\n   ', 1).rstrip("}\n ") + ",\n}"


def _news_article(article: DemoArticle, address: Address) -> dict[str, object]:
    publisher = article.publisher
    published = MIGRATED_AT if article.jsonld == "wrong_date" else article.published
    news: dict[str, object] = {
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": address.url},
        "headline": _wrong_title(article) if article.jsonld == "wrong_title" else article.title,
        "description": article.summary,
        "datePublished": published.astimezone(publisher.timezone).isoformat(),
        "dateModified": (article.modified or article.published).astimezone(publisher.timezone).isoformat(),
        "author": _author(article),
        "publisher": {"@type": "NewsMediaOrganization", "name": publisher.name, "url": address.site},
        "articleSection": article.section,
        "keywords": list(article.tags),
        "inLanguage": publisher.language,
        "isAccessibleForFree": True,
    }
    if address.picture:
        news["image"] = [{"@type": "ImageObject", "url": address.picture, "width": 1200, "height": 675}]
    return news


def _author(article: DemoArticle) -> object:
    if article.jsonld == "wrong_author":
        return {"@type": "Person", "name": f"{article.publisher.name} Web Team"}
    people: list[object] = [{"@type": "Person", "name": name} for name in article.authors]
    if article.agency:
        people.append({"@type": "Organization", "name": article.agency})
    return people or {"@type": "Organization", "name": article.publisher.name}


def _wrong_title(article: DemoArticle) -> str:
    return f"{article.section} | {article.publisher.name}"


def _organisation(article: DemoArticle, address: Address) -> dict[str, object]:
    return {
        "@type": "NewsMediaOrganization",
        "@id": f"{address.site}#organization",
        "name": article.publisher.name,
        "slogan": article.publisher.slogan,
        "url": address.site,
    }


def _breadcrumbs(article: DemoArticle, address: Address) -> dict[str, object]:
    names = (article.publisher.name, article.section)
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [{"@type": "ListItem", "position": place, "name": name} for place, name in enumerate(names, start=1)],
    }


def meta_tags(article: DemoArticle, address: Address) -> tuple[tuple[str, str, str], ...]:
    """Return (attribute, name, content) of each meta tag, in order."""
    publisher = article.publisher
    always = (
        ("name", "robots", "max-image-preview:large"),
        ("name", "generator", "Presswerk 7.3"),
        ("property", "og:site_name", publisher.name),
        ("property", "og:url", address.url),
    )
    if article.meta == "none":
        return always[:2]
    title = _wrong_title(article) if article.meta == "wrong_title" else article.title
    published = MIGRATED_AT if article.meta == "wrong_date" else article.published
    told = [
        ("name", "description", article.summary),
        ("name", "news_keywords", ", ".join(article.tags)),
        ("property", "og:type", "article"),
        ("property", "og:title", title),
        ("property", "og:description", article.summary),
        ("property", "og:locale", publisher.language),
        ("property", "article:published_time", published.isoformat()),
        ("property", "article:section", article.section),
        ("name", "twitter:card", "summary_large_image"),
        ("name", "twitter:title", title),
    ]
    if article.modified:
        told.append(("property", "article:modified_time", article.modified.isoformat()))
    if address.picture:
        told.append(("property", "og:image", address.picture))
    told += [("name", "author", name) for name in article.authors]
    told += [("property", "article:tag", tag) for tag in article.tags]
    return (*always, *told)
