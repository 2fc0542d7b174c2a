from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError, RetryableError, WireroomError
from pipeline.index.access import Access
from pipeline.index.elastic import ElasticIndex
from pipeline.index.elastic_client import shown_url
from tests.index.impostors import PRODUCT, Reply, error_reply, greeting_of, passing_on, self_signed, serving

HEADER = "Invalid media-type value on headers [Accept, Content-Type]"


def always(reply: Reply) -> Callable[..., Reply]:
    """Whatever is asked, this is the answer."""
    return lambda *_: reply


@pytest.mark.parametrize(
    ("reply", "kind", "told"),
    [
        (greeting_of("7.17.9"), ConfigurationError, "WIREROOM_INDEX_URL.+Elasticsearch 7.17.9.+needs 9.x"),
        (greeting_of("10.0.1"), ConfigurationError, "WIREROOM_INDEX_URL.+Elasticsearch 10.0.1.+needs 9.x"),
        (error_reply(400, "media_type_header_exception", HEADER), ConfigurationError, "WIREROOM_INDEX_URL.+another major version.+9.x"),
        ((200, {"Content-Type": "application/json"}, b"{}"), ConfigurationError, "WIREROOM_INDEX_URL.+is not Elasticsearch"),
        (error_reply(401, "security_exception", "missing credentials"), ConfigurationError, "WIREROOM_INDEX_USER.+not accept the user"),
        (error_reply(403, "security_exception", "is unauthorized"), ConfigurationError, "WIREROOM_INDEX_USER.+lacks a privilege"),
        (error_reply(503, "cluster_not_ready", "no master"), RetryableError, "503 cluster_not_ready: no master"),
        ((502, PRODUCT, b"<html>bad gateway"), RetryableError, "bad gateway"),
    ],
)
def test_what_the_server_says_at_the_door(reply: Reply, kind: type[WireroomError], told: str) -> None:
    """Each names the setting, or is a passing fault; none has the password."""
    with serving(always(reply)) as url:
        index = ElasticIndex(url, Access(user="wire", password="hush"))
        with pytest.raises(kind, match=told) as caught:
            index.prepare()
        index.close()
    assert "hush" not in str(caught.value)


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    """The setting that would mend it is named, and mends it."""
    certificate = self_signed(tmp_path)
    with serving(always(greeting_of("8.19.0")), certificate=certificate) as url:
        strict, trusting = ElasticIndex(url), ElasticIndex(url, Access(ca=certificate))
        with pytest.raises(ConfigurationError, match=r"WIREROOM_INDEX_CA.+not trusted"):
            strict.prepare()
        with pytest.raises(ConfigurationError, match=r"8\.19\.0"):
            trusting.prepare()
        strict.close()
        trusting.close()


def test_https_where_http_is_spoken() -> None:
    """And the other way round it is the address that is wrong."""
    with serving(always(greeting_of("9.5.3"))) as url:
        index = ElasticIndex(url.replace("http://", "https://"))
        with pytest.raises(ConfigurationError, match=r"WIREROOM_INDEX_(URL|CA)"):
            index.prepare()
        index.close()


@pytest.mark.parametrize(
    ("access", "told"),
    [
        (Access(ca=Path("/nowhere/ca.pem")), "WIREROOM_INDEX_CA.+/nowhere/ca.pem"),
        (Access(user="u", password="p", api_key="k"), "WIREROOM_INDEX_API_KEY.+not both"),
    ],
)
def test_access_that_cannot_be(access: Access, told: str) -> None:
    """Said before anything is sent."""
    with pytest.raises(ConfigurationError, match=told):
        ElasticIndex("https://127.0.0.1:1", access).prepare()


def test_a_slow_server_is_waited_for_as_long_as_is_set() -> None:
    """Then it is a passing fault."""
    import threading

    done = threading.Event()

    def slowly(*_: object) -> Reply:
        done.wait(20)
        return greeting_of("9.5.3")

    with serving(slowly) as url:
        index = ElasticIndex(url, Access(timeout_seconds=0.2))
        with pytest.raises(RetryableError, match=r"timed out|timeout"):
            index.prepare()
        done.set()
        index.close()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://u:p@search.example", "https://search.example:443"),
        ("http://search.example:9200/es/?alias=a", "http://search.example:9200/es"),
        ("http://[::1]:9200", "http://[::1]:9200"),
    ],
)
def test_the_shown_address_has_no_user(url: str, shown: str) -> None:
    """And always a port."""
    assert shown_url(url) == shown


def test_a_port_that_is_none_is_named() -> None:
    """Not passed on to the library."""
    with pytest.raises(ConfigurationError, match="port"):
        shown_url("http://search.example:99999")


@pytest.mark.xdist_group("elasticsearch")
def test_a_proxy_with_tls_in_front_of_a_node(elasticsearch_url: str, tmp_path: Path) -> None:
    """With the authority's certificate everything goes as without."""
    certificate = self_signed(tmp_path)
    with serving(passing_on(elasticsearch_url), certificate=certificate) as url:
        from pipeline.index.elastic_mapping import Names

        index = ElasticIndex(url, Access(ca=certificate, user="any", password="one"), names=Names("test-tls"))
        index.prepare()
        assert index.count() == 0
        index.close()
