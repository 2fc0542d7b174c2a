"""Broken feeds as they are found in the wild, made in code, each with the entries that must come out of it.

A case is (name, body, entries, flaw): entries as (path, title) pairs below https://paper.example, flaw as `bozo` names it,
`...` where its wording is the parser's own.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from types import EllipsisType

Entries = list[tuple[str, str]]
Case = tuple[str, bytes, Entries, str | EllipsisType | None]

SITE = "https://paper.example"
TWO: Entries = [("/a", "First"), ("/b", "Second")]
NAMESPACES = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
SITEMAP_NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'


def item(path: str, title: str, more: str = "") -> str:
    """One RSS item."""
    return f"<item><title>{title}</title><link>{SITE}{path}</link><guid>{SITE}{path}</guid>{more}</item>\n"


def rss(*items: str, head: str = "", declaration: str = DECLARATION, attributes: str = NAMESPACES) -> str:
    """An RSS 2.0 document."""
    channel = f"<channel><title>Paper</title><link>{SITE}/</link><description>d</description>{head}"
    return f'{declaration}<rss version="2.0" {attributes}>{channel}{"".join(items)}</channel></rss>\n'


def entry(path: str, title: str, more: str = "") -> str:
    """One Atom entry."""
    head = f'<title>{title}</title><link href="{SITE}{path}"/><id>{SITE}{path}</id><updated>2026-05-12T10:00:00Z</updated>'
    return f"<entry>{head}{more}</entry>\n"


def atom(*entries: str, head: str = "", attributes: str = "") -> str:
    """An Atom document."""
    return (
        f'{DECLARATION}<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>Paper</title><link href="{SITE}/"/>'
        f"<id>{SITE}/</id><updated>2026-05-12T10:00:00Z</updated>{head}{''.join(entries)}</feed>\n"
    )


def url(path: str, title: str | None, more: str = "") -> str:
    """One URL of a news sitemap; of an ordinary one where there is no title."""
    news = f"<news:news><news:title>{title}</news:title></news:news>" if title is not None else ""
    return f"<url><loc>{SITE}{path}</loc>{news}{more}</url>\n"


def urlset(*urls: str, attributes: str = SITEMAP_NAMESPACES) -> str:
    """A sitemap."""
    return f"{DECLARATION}<urlset {attributes}>{''.join(urls)}</urlset>\n"


def jsonfeed(*items: object, **more: object) -> str:
    """A JSON Feed."""
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Paper", "items": list(items), **more}, ensure_ascii=False)


A, B = item("/a", "First"), item("/b", "Second")
SOUND = rss(A, B)
EA, EB = entry("/a", "First"), entry("/b", "Second")
UA, UB = url("/a", "First"), url("/b", "Second")
JA = {"id": "1", "url": f"{SITE}/a", "title": "First"}
JB = {"id": "2", "url": f"{SITE}/b", "title": "Second"}


def torn(text: str, after: str) -> str:
    """Cut a text after the last place where something stands."""
    return text[: text.rindex(after) + len(after)]


def before_the_document() -> Iterator[Case]:
    """What stands before the first element, or is wrong with the declaration."""
    yield "blank-lines-first", b"\n\n  " + SOUND.encode(), TWO, None
    yield "byte-order-mark", b"\xef\xbb\xbf" + SOUND.encode(), TWO, None
    yield "two-byte-order-marks", b"\xef\xbb\xbf\xef\xbb\xbf" + SOUND.encode(), TWO, None
    yield "blank-then-byte-order-mark", b"\r\n \xef\xbb\xbf\n" + SOUND.encode(), TWO, None
    yield "php-warning-first", b"<br />\n<b>Warning</b>: Undefined index in /srv/feed.php<br />\n" + SOUND.encode(), TWO, ...
    yield "plain-text-first", b"Notice: cache miss\n" + SOUND.encode(), TWO, ...
    yield "comment-before-declaration", b"<!-- served by cache 7 -->" + SOUND.encode(), TWO, ...
    yield "two-declarations", DECLARATION.encode() + SOUND.encode(), TWO, None
    yield "no-declaration", rss(A, B, declaration="").encode(), TWO, None
    yield "declaration-of-xml-1.1", SOUND.replace('version="1.0"', 'version="1.1"', 1).encode(), TWO, None
    yield "stylesheet-first", SOUND.replace("<rss", '<?xml-stylesheet href="x.xsl"?><!-- <html> --><rss', 1).encode(), TWO, None
    yield (
        "doctype-of-netscape",
        SOUND.replace("<rss", '<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://x.example/r.dtd"><rss', 1).encode(),
        TWO,
        None,
    )
    yield "nul-bytes-first", b"\x00\x00" + SOUND.encode(), TWO, None


def characters() -> Iterator[Case]:
    """Characters that XML does not have, and encodings that are not what they say."""
    accented: Entries = [("/a", "Señor Núñez"), ("/b", "Über – „so“")]
    text = rss(item("/a", "Señor Núñez"), item("/b", "Über – „so“"))
    yield "utf-8-undeclared", text.replace(DECLARATION, "").encode(), accented, None
    yield "utf-8-declared-latin-1", text.replace("utf-8", "iso-8859-1", 1).encode(), accented, None
    yield "windows-1252-declared-utf-8", text.encode("windows-1252"), accented, "wrong-charset"
    yield "windows-1252-declared-latin-1", text.replace("utf-8", "iso-8859-1", 1).encode("windows-1252"), accented, None
    yield "windows-1252-undeclared", text.replace(DECLARATION, "").encode("windows-1252"), accented, "undeclared-charset"
    yield "charset-nobody-knows", text.replace("utf-8", "x-unknown-9", 1).encode(), accented, "wrong-charset"
    yield "utf-16-with-mark", text.replace("utf-8", "utf-16", 1).encode("utf-16"), accented, None
    yield "utf-16-without-mark", text.encode("utf-16-le"), accented, None
    yield "utf-16-big-endian", b"\xfe\xff" + text.encode("utf-16-be"), accented, None
    yield "utf-32", text.encode("utf-32"), accented, None
    yield "utf-16-declared-utf-8-sent", text.replace("utf-8", "utf-16", 1).encode(), accented, "wrong-charset"
    torn_character = text.replace("Señor", "Se\ufffdor").encode().replace("\ufffd".encode(), b"\xc3")
    yield "one-torn-character", torn_character, [("/a", "Se\ufffdor Núñez"), accented[1]], "wrong-charset"
    cyrillic = rss(item("/a", "Парламент принял бюджет"), item("/b", "Вода спадает"))
    russian: Entries = [("/a", "Парламент принял бюджет"), ("/b", "Вода спадает")]
    yield "windows-1251-declared-utf-8", cyrillic.encode("windows-1251"), russian, "wrong-charset"
    yield "windows-1251-declared", cyrillic.replace("utf-8", "windows-1251", 1).encode("windows-1251"), russian, None
    yield "koi8-r-declared-utf-8", cyrillic.encode("koi8-r"), russian, "wrong-charset"
    yield "gb2312-with-later-characters", rss(item("/a", "镕基")).replace("utf-8", "gb2312", 1).encode("gb18030"), [("/a", "镕基")], None
    yield "control-characters", rss(item("/a", "Fi\x08rst"), B).encode(), TWO, ...
    yield "nul-in-the-middle", SOUND.replace("First", "Fi\x00rst").encode(), TWO, ...
    yield "reference-to-a-control", rss(item("/a", "Fi&#8;rst"), item("/b", "Sec&#x1F;ond")).encode(), TWO, ...
    yield "reference-beyond-unicode", rss(item("/a", "First&#99999999;"), B).encode(), TWO, ...
    yield "reference-to-a-surrogate", rss(item("/a", "First&#xD83D;&#xDE00;"), B).encode(), TWO, ...
    yield "a-huge-reference", rss(item("/a", "First"), B, head="<x>&#9999999999999999999999;</x>").encode(), TWO, ...
    yield "noncharacters", rss(item("/a", "First\uffff"), B).encode(), TWO, ...


def entities() -> Iterator[Case]:
    """Ampersands."""
    yield "bare-ampersand", rss(item("/a", "Bed & Breakfast"), B).encode(), [("/a", "Bed & Breakfast"), TWO[1]], ...
    yield "bare-ampersand-in-link", rss(item("/a?x=1&y=2", "First"), B).encode(), [("/a?x=1&y=2", "First"), TWO[1]], ...
    yield "ampersand-at-a-word", rss(item("/a", "AT&T wins"), B).encode(), [("/a", "AT&T wins"), TWO[1]], ...
    yield "html-entities", rss(item("/a", "Caf&eacute;&nbsp;&mdash; open"), B).encode(), [("/a", "Café — open"), TWO[1]], ...
    yield "unknown-entity", rss(item("/a", "First &bogus; one"), B).encode(), [("/a", "First &bogus; one"), TWO[1]], ...
    yield "escaped-twice", rss(item("/a", "Bed &amp;amp; Breakfast"), B).encode(), [("/a", "Bed & Breakfast"), TWO[1]], None
    yield "escaped-three-times", rss(item("/a", "It&amp;amp;#8217;s"), B).encode(), [("/a", "It’s"), TWO[1]], None
    yield "entity-in-cdata", rss(item("/a", "<![CDATA[It&#8217;s]]>"), B).encode(), [("/a", "It’s"), TWO[1]], None
    yield "markup-in-title", rss(item("/a", "<![CDATA[<b>First</b><script>x()</script>]]>"), B).encode(), TWO, None
    yield "markup-unescaped-in-title", rss(item("/a", "<b>Fir</b>st"), B).encode(), TWO, None
    yield "less-than-in-title", rss(item("/a", "Rate &lt; 2 %"), B).encode(), [("/a", "Rate < 2 %"), TWO[1]], None
    yield "less-than-unescaped", rss(item("/a", "Rate < 2 %"), B).encode(), [("/a", "Rate < 2 %"), TWO[1]], ...
    yield (
        "billion-laughs",
        (
            '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
            '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>' + rss(A, B, head="<x>&d;</x>", declaration="")
        ).encode(),
        TWO,
        "undefined-entity",
    )
    yield (
        "outside-entity",
        (
            '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss(item("/a", "First&x;"), B, declaration="")
        ).encode(),
        [("/a", "First&x;"), TWO[1]],
        "undefined-entity",
    )


def structure() -> Iterator[Case]:
    """Tags."""
    yield "torn-in-a-link", torn(SOUND, f"{SITE}/").encode(), TWO[:1], ...
    yield "torn-after-an-entry", torn(SOUND, "</item>").encode(), TWO, ...
    yield "torn-in-a-comment", (torn(SOUND, "</item>") + "<!-- cac").encode(), TWO, ...
    yield "torn-in-cdata", (torn(SOUND, "</item>") + "<item><title><![CDATA[Thi").encode(), TWO, ...
    yield "torn-atom", torn(atom(EA, EB), "</id>").encode(), TWO[:1], ...
    yield "no-closing-channel", SOUND.replace("</channel>", "").encode(), TWO, ...
    yield "unclosed-element", rss(item("/a", "First", "<category>x"), B).encode(), TWO, ...
    yield "crossed-elements", rss(item("/a", "First", "<x><y></x></y>"), B).encode(), TWO, ...
    yield "text-after-the-end", (SOUND + "<!-- 0.2 s -->\nProcessed in 0.2 seconds").encode(), TWO, ...
    yield "two-documents", (SOUND + rss(item("/c", "Third"))).encode(), [*TWO, ("/c", "Third")], ...
    yield "script-after-the-end", (SOUND + "<script>track()</script>").encode(), TWO, ...
    yield "undeclared-prefix", rss(item("/a", "First", "<media:content url='x'/>"), B).encode(), TWO, "unbound-prefix"
    yield "undeclared-dublin-core", rss(A, B, attributes="", head="<dc:language>en</dc:language>").encode(), TWO, "unbound-prefix"
    yield "doubled-attribute", rss(A, B, head='<x a="1" a="2"/>').encode(), TWO, "duplicate-attribute"
    yield "unquoted-attribute", rss(A, B, head="<x a=1/>").encode(), TWO, ...
    yield "capital-tags", SOUND.replace("item>", "ITEM>").replace("title>", "TITLE>").replace("link>", "LINK>").encode(), TWO, None
    yield "items-outside-the-channel", SOUND.replace("</channel>", "").replace("<item>", "</channel><item>", 1).encode(), TWO, None
    yield "no-rss-element", f"<channel><title>Paper</title>{A}{B}</channel>".encode(), TWO, None
    yield "version-nobody-wrote", SOUND.replace('version="2.0"', 'version="9"').encode(), TWO, None
    yield "no-version", SOUND.replace(' version="2.0"', "").encode(), TWO, None
    yield "atom-of-version-0.3", atom(EA, EB).replace("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#").encode(), TWO, None
    yield (
        "atom-with-a-prefix",
        (
            '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>Paper</a:title>'
            f'<a:entry><a:title>First</a:title><a:link href="{SITE}/a"/>'
            f'<a:id>1</a:id></a:entry><a:entry><a:title>Second</a:title><a:link href="{SITE}/b"/><a:id>2</a:id></a:entry></a:feed>'
        ).encode(),
        TWO,
        None,
    )
    yield "atom-without-a-namespace", atom(EA, EB).replace('xmlns="http://www.w3.org/2005/Atom"', "").encode(), TWO, None
    yield "gzip-without-a-header", gzip.compress(SOUND.encode()), TWO, None
    yield "gzip-torn", gzip.compress(SOUND.encode() * 1)[:-9], TWO, None
    yield "items-never-closed", SOUND.replace("</item>", "").encode(), TWO, ...
    yield "served-with-a-tail-of-nul", SOUND.encode() + b"\x00" * 64, TWO, ...
    yield "deeply-nested", rss(A, B, head="<x>" * 5000 + "</x>" * 5000).encode(), TWO, None


def entries_at_odds() -> Iterator[Case]:
    """Entries without what an entry should have."""
    yield "no-links", rss("<item><title>x</title></item>", B).encode(), TWO[1:], None
    yield "empty-link", rss("<item><title>x</title><link/></item>", B).encode(), TWO[1:], None
    yield "guid-is-the-link", rss(f"<item><title>First</title><guid>{SITE}/a</guid></item>", B).encode(), TWO, None
    yield "guid-is-a-number", rss('<item><title>x</title><guid isPermaLink="true">77</guid></item>', B).encode(), TWO[1:], None
    yield (
        "guid-only-and-no-permalink",
        rss(f'<item><title>First</title><guid isPermaLink="false">{SITE}/a</guid></item>', B).encode(),
        TWO,
        None,
    )
    yield (
        "link-is-an-atom-link",
        rss(f'<item><title>First</title><a:link xmlns:a="http://www.w3.org/2005/Atom" href="{SITE}/a"/></item>', B).encode(),
        TWO,
        None,
    )
    yield "link-in-cdata", rss(f"<item><title>First</title><link><![CDATA[ {SITE}/a ]]></link></item>", B).encode(), TWO, None
    yield "link-on-lines", rss(f"<item><title>First</title><link>\n  {SITE}/a\n</link></item>", B).encode(), TWO, None
    yield "link-relative", rss("<item><title>First</title><link>/a</link></item>", B).encode(), TWO, None
    yield (
        "link-relative-to-base",
        atom('<entry><title>First</title><link href="a"/><id>1</id></entry>', EB, attributes=f'xml:base="{SITE}/"').encode(),
        TWO,
        None,
    )
    yield "link-without-a-scheme", rss("<item><title>First</title><link>//paper.example/a</link></item>", B).encode(), TWO, None
    yield "link-is-a-script", rss("<item><title>x</title><link>javascript:alert(1)</link></item>", B).encode(), TWO[1:], None
    yield "link-is-too-long", rss(item("/" + "x" * 2048, "x"), B).encode(), TWO[1:], None
    yield "link-through-feedburner", rss(
        f"<item><title>First</title><link>https://feedproxy.example/~r/1</link><f:origLink>{SITE}/a</f:origLink></item>", B,
        attributes='xmlns:f="http://rssnamespace.org/feedburner/ext/1.0"',
    ).encode(), TWO, None  # fmt: skip
    yield (
        "self-link-first",
        atom(f'<entry><title>First</title><link rel="self" href="{SITE}/a.atom"/><link href="{SITE}/a"/></entry>', EB).encode(),
        TWO,
        None,
    )
    yield (
        "alternate-of-another-type",
        atom(f'<entry><title>First</title><id>1</id><link rel="alternate" type="application/pdf" href="{SITE}/a"/></entry>', EB).encode(),
        TWO,
        None,
    )
    yield "no-title", rss(f"<item><link>{SITE}/a</link></item>", B).encode(), [("/a", ""), TWO[1]], None
    yield (
        "one-guid-for-all",
        rss(*(item(f"/{n}", f"T{n}").replace(f"<guid>{SITE}/{n}", "<guid>same") for n in range(5))).encode(),
        [(f"/{n}", f"T{n}") for n in range(5)],
        None,
    )
    yield "the-same-entry-twice", rss(A, A, B).encode(), TWO, None
    yield "an-entry-in-an-entry", rss(item("/a", "First", "<source url='x'><title>Other</title></source>"), B).encode(), TWO, None
    yield (
        "picture-with-a-title",
        rss(item("/a", "First", "<image><title>Pic</title><url>x</url><link>https://x.example</link></image>"), B).encode(),
        TWO,
        None,
    )


def json_feeds() -> Iterator[Case]:
    """JSON Feed."""
    sound = jsonfeed(JA, JB)
    yield "json-byte-order-mark", b"\xef\xbb\xbf\n" + sound.encode(), TWO, None
    yield "json-utf-16", sound.encode("utf-16"), TWO, None
    yield "json-torn", torn(sound, '"title"').encode(), TWO[:1], "invalid-json"
    yield "json-trailing-comma", (sound[:-2] + ",]}").encode(), TWO, "invalid-json"
    yield "json-raw-newline", jsonfeed({**JA, "title": "Fi@rst"}, JB).replace("@", "\n").encode(), [("/a", "Fi rst"), TWO[1]], None
    yield "json-ids-are-numbers", jsonfeed({**JA, "id": 1}, {**JB, "id": 2.5}).encode(), TWO, None
    yield "json-no-version", jsonfeed(JA, JB, version=None).encode(), TWO, "no-version"
    yield (
        "json-fields-of-wrong-types",
        jsonfeed({**JA, "tags": "x", "authors": "y", "summary": 7, "date_published": []}, JB).encode(),
        TWO,
        None,
    )
    yield "json-items-that-are-none", jsonfeed(JA, None, "x", [], 5, JB).encode(), TWO, None
    yield "json-surrogates", jsonfeed({**JA, "title": "First@"}, JB).replace("@", "\\ud83d").encode(), TWO, None
    yield "json-only-external-url", jsonfeed({"id": "1", "external_url": f"{SITE}/a", "title": "First"}, JB).encode(), TWO, None
    yield "json-id-is-the-url", jsonfeed({"id": f"{SITE}/a", "title": "First"}, JB).encode(), TWO, None
    yield "json-relative-urls", jsonfeed({**JA, "url": "/a"}, JB, home_page_url=f"{SITE}/").encode(), TWO, None
    yield "json-not-a-number", sound.replace('"title": "Paper"', '"x": NaN, "title": "Paper"').encode(), TWO, None
    yield "json-a-huge-number", sound.replace('"title": "Paper"', f'"x": {"9" * 5000}').encode(), TWO, "invalid-json"


def sitemaps() -> Iterator[Case]:
    """News sitemaps."""
    sound = urlset(UA, UB)
    yield "sitemap-torn", torn(sound, f"{SITE}/").encode(), TWO[:1], ...
    yield "sitemap-gzip", gzip.compress(sound.encode()), TWO, None
    yield "sitemap-gzip-in-two-members", gzip.compress(sound[:100].encode()) + gzip.compress(sound[100:].encode()), TWO, None
    yield "sitemap-bare-ampersand", urlset(url("/a?x=1&y=2", "First"), UB).encode(), [("/a?x=1&y=2", "First"), TWO[1]], ...
    yield "sitemap-html-entity", urlset(url("/a", "First&nbsp;one"), UB).encode(), [("/a", "First one"), TWO[1]], ...
    yield "sitemap-control-character", urlset(url("/a", "Fi\x02rst"), UB).encode(), TWO, ...
    yield "sitemap-other-prefix", sound.replace("news:", "n:").replace("xmlns:news", "xmlns:n").encode(), TWO, None
    yield "sitemap-no-namespace", urlset(UA, UB, attributes='xmlns:news="x"').encode(), TWO, None
    yield "sitemap-undeclared-prefix", urlset(UA, UB, attributes="").encode(), TWO, ...
    yield "sitemap-https-namespace", sound.replace("http://www.sitemaps.org", "https://www.sitemaps.org").encode(), TWO, None
    yield (
        "sitemap-picture",
        urlset(url("/a", "First", '<i:image xmlns:i="x"><i:loc>https://x.example/p</i:loc><i:title>Pic</i:title></i:image>'), UB).encode(),
        TWO,
        None,
    )
    yield "sitemap-relative", sound.replace(f"<loc>{SITE}", "<loc>").encode(), TWO, None
    yield "sitemap-latin-1-declared-utf-8", urlset(url("/a", "Año"), UB).encode("latin-1"), [("/a", "Año"), TWO[1]], ...
    yield "sitemap-text-after-the-end", (sound + "<!-- x -->Generated").encode(), TWO, ...
    yield "sitemap-cdata", urlset(url("/a", "<![CDATA[First]]>"), UB).encode(), TWO, None
    yield "sitemap-zlib-level", gzip.compress(sound.encode(), 1), TWO, None


CASES: tuple[Case, ...] = (
    *before_the_document(), *characters(), *entities(), *structure(), *entries_at_odds(), *json_feeds(), *sitemaps(),
)  # fmt: skip

#: Bodies in which there is nothing to be read, and a word that the reason must hold.
HOPELESS: tuple[tuple[str, bytes, str], ...] = (
    ("empty", b"", "empty"),
    ("blank", b" \r\n\t", "empty"),
    ("web-page", b"<!DOCTYPE html>\n<html><head><title>Not found</title></head><body><p>Sorry</p></body></html>", "web page"),
    ("web-page-shouting", b"<HTML><BODY>x</BODY></HTML>", "web page"),
    ("xhtml", b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x" "y"><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>', "web page"),
    (
        "web-page-that-names-a-feed",
        b'<html><head><link type="application/rss+xml"/></head><body>&lt;rss&gt;<rss></rss></body></html>',
        "web page",
    ),
    ("bot-wall", b"<script>challenge()</script><noscript>Enable JavaScript</noscript>", "web page"),
    ("plain-text", b"Service unavailable", "Service unavailable"),
    ("picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "no feed"),
    ("other-xml", b'<?xml version="1.0"?><note><to>x</to></note>', "no feed"),
    ("torn-in-the-first-entry", b'<?xml version="1.0"?><rss version="2.0"><channel><item><title>x', "paper"),
    ("json-error", b'{"error": "not found", "code": 404}', "JSON"),
    ("json-torn-at-once", b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": ', "JSON"),
    ("json-list", b'[{"id": 1}]', "no feed"),
    ("json-nested", b'{"items":' + b"[" * 200_000, "JSON"),
    ("damaged-gzip", gzip.compress(SOUND.encode())[:20] + b"\xff" * 40, "gzip"),
    ("gzip-bomb", gzip.compress(bytes(60_000_000), 9), "50000000"),
    ("zlib", zlib.compress(SOUND.encode()), "no feed"),
    ("sitemap-torn-at-once", f"{DECLARATION}<urlset {SITEMAP_NAMESPACES}><url><loc>https://pap".encode(), "paper"),
)
