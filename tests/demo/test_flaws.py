"""flaws.py: sound bytes become flawed ones."""

from pipeline.demo.flaws import FLAW_MAKERS
from pipeline.demo.publishers import FLAWS

SOUND = '<?xml version="1.0" encoding="utf-8"?><rss><item><description>A &amp; “b” Ł</description></item></channel></rss>'.encode()


def test_each_flaw_spoils_the_bytes():
    """Every maker changes the sound document in its own way."""
    spoilt = {name: make(SOUND) for name, make in FLAW_MAKERS.items()}
    assert len({SOUND, *spoilt.values()}) == len(FLAW_MAKERS) + 1
    assert b"A & " in spoilt["raw_ampersands"]
    assert b"&nbsp;" in spoilt["undefined_entities"]
    assert b'encoding="iso-8859-1"' in spoilt["charset_lie"]
    assert "“b”".encode("windows-1252") in spoilt["charset_lie"]
    assert b"&#321;" in spoilt["charset_lie"]
    assert spoilt["leading_junk"].lstrip(b"\r\n \xef\xbb\xbf") == SOUND
    assert not spoilt["truncated_tail"].rstrip().endswith(b">")


def test_flaws_that_are_no_bytes_are_seen_to_elsewhere():
    """Every flaw that newsroom.toml may name is known here or to feeds.py."""
    assert set(FLAWS) - set(FLAW_MAKERS) == {"missing_guids", "relative_links"}


def test_a_feed_without_entries_is_not_cut():
    """There is no last entry to cut after."""
    assert FLAW_MAKERS["truncated_tail"](b"<rss></rss>") == b"<rss></rss>"
