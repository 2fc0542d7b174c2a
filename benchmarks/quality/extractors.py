"""`python -m benchmarks.quality.extractors NAME`: JSON lines with pages in, JSON lines with what was found and the time it took out.

Runs in the extractors' environment: it imports nothing of the project. What an extractor does not tell stays empty.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, TypedDict


class Told(TypedDict, total=False):
    """What an extractor told of a page."""

    text: str
    title: str
    authors: list[str]
    date: str


Extractor = Callable[[str, str], Told]


def readability() -> Extractor:
    """Return readability-lxml; its answer is markup, of which the text is taken block by block."""
    from lxml import html
    from readability import Document

    def extract(text: str, url: str) -> Told:
        document = Document(text, url=url)
        tree = html.fromstring(document.summary(html_partial=True) or "<p></p>")
        for element in tree.iter("p", "div", "li", "br", "h1", "h2", "h3", "h4", "blockquote", "tr"):
            element.tail = "\n" + (element.tail or "")
        return {"text": tree.text_content(), "title": document.short_title()}

    return extract


def newspaper() -> Extractor:
    """Return newspaper4k without its language tools."""
    from newspaper import Article, Config

    config = Config()
    config.fetch_images = False

    def extract(text: str, url: str) -> Told:
        article = Article(url, config=config)
        article.download(input_html=text)
        article.parse()
        date = article.publish_date.isoformat() if hasattr(article.publish_date, "isoformat") else ""
        return {"text": article.text, "title": article.title, "authors": list(article.authors), "date": date}

    return extract


def resiliparse() -> Extractor:
    """Return resiliparse's plain text of the main content, without comments."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    def extract(text: str, url: str) -> Told:
        tree = HTMLTree.parse(text)
        found = extract_plain_text(tree, main_content=True, alt_texts=False, comments=False, list_bullets=False)
        return {"text": found, "title": tree.title or ""}

    return extract


def rs_trafilatura() -> Extractor:
    """Return rs-trafilatura, a reimplementation in Rust."""
    from rs_trafilatura import extract as find

    def extract(text: str, url: str) -> Told:
        found = find(text, url=url)
        authors = [name.strip() for name in re.split(r"[;,]", found.author or "") if name.strip()]
        return {"text": found.main_content or "", "title": found.title or "", "authors": authors, "date": str(found.date or "")}

    return extract


def goose() -> Extractor:
    """Return goose3, without images."""
    from goose3 import Goose

    reader = Goose({"enable_image_fetching": False, "strict": False})

    def extract(text: str, url: str) -> Told:
        article = reader.extract(raw_html=text)
        told = article.publish_datetime_utc or article.publish_date
        date = told.isoformat() if hasattr(told, "isoformat") else str(told or "")
        authors = [name for name in article.authors or () if isinstance(name, str)]  # JSON-LD's lists come as they are
        return {"text": article.cleaned_text or "", "title": article.title or "", "authors": authors, "date": date}

    return extract


def justext() -> Extractor:
    """Return jusText with the stop words of the language that the page declares, of English for others."""
    from justext import get_stoplist, get_stoplists
    from justext import justext as sort

    names = {"de": "German", "es": "Spanish", "fr": "French", "it": "Italian", "nl": "Dutch", "pt": "Portuguese", "pl": "Polish",
             "sv": "Swedish", "da": "Danish", "no": "Norwegian_Bokmal", "nb": "Norwegian_Bokmal", "fi": "Finnish", "tr": "Turkish",
             "ru": "Russian", "uk": "Ukrainian", "cs": "Czech", "hu": "Hungarian", "ro": "Romanian", "el": "Greek", "id": "Indonesian",
             "hi": "Hindi", "ar": "Arabic", "he": "Hebrew", "ko": "Korean", "vi": "Vietnamese", "is": "Icelandic"}  # fmt: skip
    known = get_stoplists()
    lists = {tag: get_stoplist(name) for tag, name in names.items() if name in known}
    english = get_stoplist("English")

    def extract(text: str, url: str) -> Told:
        found = re.search(r"<html[^>]{0,400}?\blang\s*=\s*[\"']?([a-zA-Z]{2})", text[:20_000])
        words = lists.get(found[1].lower(), english) if found else english
        return {"text": "\n".join(one.text for one in sort(text.encode(), words, encoding="utf-8") if not one.is_boilerplate)}

    return extract


def boilerpy() -> Extractor:
    """Return BoilerPy3's extractor for articles."""
    from boilerpy3.extractors import ArticleExtractor

    reader = ArticleExtractor(raise_on_failure=False)

    def extract(text: str, url: str) -> Told:
        found = reader.get_doc(text)
        return {"text": found.content or "", "title": found.title or ""}

    return extract


EXTRACTORS: Mapping[str, Callable[[], Extractor]] = {
    "boilerpy3": boilerpy,
    "goose3": goose,
    "justext": justext,
    "newspaper4k": newspaper,
    "readability-lxml": readability,
    "resiliparse": resiliparse,
    "rs-trafilatura": rs_trafilatura,
}


def main() -> None:
    """Answer every line. A page on which an extractor breaks counts as nothing found."""
    extract = EXTRACTORS[sys.argv[1]]()
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        text = base64.b64decode(asked["html"]).decode()
        begun = time.process_time()
        try:
            told = extract(text, asked["url"])
        except Exception as error:
            sys.stderr.write(f"{asked['url']}: {type(error).__name__}: {error}\n")
            told = {}
        blank: Told = {"text": "", "title": "", "authors": [], "date": ""}
        sys.stdout.write(json.dumps({**blank, **told, "seconds": time.process_time() - begun}) + "\n")


if __name__ == "__main__":
    main()
