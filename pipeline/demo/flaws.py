"""What is wrong with some feeds of the demo newsroom, as with feeds in the wild: from sound bytes to flawed ones.

`missing_guids` and `relative_links` are no change of bytes but of what is written: feeds.py sees to them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping


def _with_raw_ampersands(body: bytes) -> bytes:
    return body.replace(b"&amp;", b"&")


def _with_undefined_entities(body: bytes) -> bytes:
    return body.replace(b"</description>", b"&nbsp;&mdash; Read more&hellip;</description>")


def _with_charset_lie(body: bytes) -> bytes:
    text = body.decode().replace('encoding="utf-8"', 'encoding="iso-8859-1"', 1)
    return text.encode("windows-1252", "xmlcharrefreplace")


def _with_leading_junk(body: bytes) -> bytes:
    return b"\r\n \xef\xbb\xbf\n" + body


def _with_truncated_tail(body: bytes) -> bytes:
    end = body.rfind(b"</item>")
    return body if end < 0 else body[:end] + b"</item>\n<!-- cac"


FLAW_MAKERS: Mapping[str, Callable[[bytes], bytes]] = {
    "raw_ampersands": _with_raw_ampersands,
    "undefined_entities": _with_undefined_entities,
    "charset_lie": _with_charset_lie,
    "leading_junk": _with_leading_junk,
    "truncated_tail": _with_truncated_tail,
}
