"""faults.py: each misbehaviour as a plain client meets it."""

import gzip
import http.client
import socket

import pytest

from pipeline.demo import faults
from tests.demo.samples import ask

HOST, PATH = "kbay6.localhost", "/rss.xml"


def honest(newsroom):
    return ask(newsroom.port, HOST, PATH)


@pytest.mark.parametrize(
    ("code", "headers"),
    [
        (301, {"Location": "/new"}),
        (302, {"Location": "http://elsewhere.localhost/"}),
        (404, None),
        (410, None),
        (429, {"Retry-After": "120"}),
        (503, {"Retry-After": "Wed, 18 Nov 2026 07:42:00 GMT"}),
    ],
)
def test_status(newsroom, code, headers):
    """Any status with its headers."""
    newsroom.misbehave("kbay6", PATH, faults.status(code, headers, b"sorry"))
    reply = honest(newsroom)
    assert (reply.status, reply.body) == (code, b"sorry")
    assert all(reply.headers[name.lower()] == value for name, value in (headers or {}).items())


def test_first_ends_after_its_count(newsroom):
    """Two bad answers, then honesty."""
    newsroom.misbehave("kbay6", PATH, faults.first(2, faults.status(503)))
    assert [honest(newsroom).status for _ in range(4)] == [503, 503, 200, 200]


def test_slow_body(newsroom):
    """The head and the first byte come, the rest does not come in time."""
    newsroom.misbehave("kbay6", PATH, faults.slow_body(1))
    connection = http.client.HTTPConnection("127.0.0.1", newsroom.port, timeout=0.2)
    connection.request("GET", PATH, headers={"Host": HOST})
    response = connection.getresponse()
    assert int(response.getheader("Content-Length")) > 1000
    assert len(response.read1(50)) == 1
    with pytest.raises(TimeoutError):
        response.read1(50)
    response.close()
    connection.close()


def test_slow_body_is_whole_in_the_end(newsroom):
    """At a good speed the same bytes arrive as from the honest server."""
    whole = honest(newsroom).body
    newsroom.misbehave("kbay6", PATH, faults.slow_body(10 * len(whole)))
    assert honest(newsroom).body == whole


def test_hang(newsroom):
    """No byte comes while the client waits."""
    newsroom.misbehave("kbay6", PATH, faults.hang())
    with pytest.raises(TimeoutError):
        ask(newsroom.port, HOST, PATH, timeout=0.2)


def test_gzip_bomb(newsroom):
    """Some kilobytes on the wire unpack to megabytes."""
    newsroom.misbehave("kbay6", PATH, faults.gzip_bomb(5_000_000))
    reply = honest(newsroom)
    assert reply.headers["content-encoding"] == "gzip"
    assert len(reply.body) < 50_000
    assert len(gzip.decompress(reply.body)) == 5_000_000


def test_endless(newsroom):
    """More comes than any page has, and no length is given; an end can be set."""
    newsroom.misbehave("kbay6", PATH, faults.endless())
    connection = http.client.HTTPConnection("127.0.0.1", newsroom.port, timeout=5)
    connection.request("GET", PATH, headers={"Host": HOST})
    response = connection.getresponse()
    assert response.getheader("Content-Length") is None
    assert len(response.read(3_000_000)) == 3_000_000
    connection.close()
    response.close()
    newsroom.misbehave("kbay6", PATH, faults.endless(200_000))
    assert 200_000 <= len(honest(newsroom).body) < 400_000


def test_wrong_charset(newsroom):
    """The header and the page name one encoding, the bytes are in another."""
    newsroom.misbehave("mayak", "/", faults.wrong_charset("utf-8", "koi8-r"))
    reply = ask(newsroom.port, "mayak.localhost")
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert b'<meta charset="utf-8">' in reply.body
    assert "Маяк" in reply.body.decode("koi8-r")
    with pytest.raises(UnicodeDecodeError):
        reply.body.decode("utf-8")


def test_truncated(newsroom):
    """The connection ends before the announced length is reached."""
    whole = honest(newsroom).body
    newsroom.misbehave("kbay6", PATH, faults.truncated(0.25))
    with pytest.raises(http.client.IncompleteRead) as caught:
        honest(newsroom)
    assert len(caught.value.partial) == len(whole) // 4


def test_huge_header(newsroom):
    """One header line is longer than a careful client reads."""
    newsroom.misbehave("kbay6", PATH, faults.huge_header(100_000))
    with pytest.raises(http.client.LineTooLong):
        honest(newsroom)


def test_redirect_loop(newsroom):
    """Each hop leads to another address that leads on."""
    newsroom.misbehave("kbay6", PATH, faults.redirect_loop())
    where, seen = PATH, []
    for _ in range(4):
        reply = ask(newsroom.port, HOST, where)
        where = reply.headers["location"]
        seen.append((reply.status, where))
    assert seen == [(302, f"{PATH}?hop={hop}") for hop in range(1, 5)]


def test_reset(newsroom):
    """The connection breaks before any answer."""
    newsroom.misbehave("kbay6", PATH, faults.reset())
    with socket.create_connection(("127.0.0.1", newsroom.port), timeout=5) as line, pytest.raises(ConnectionResetError):
        line.sendall(f"GET {PATH} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        line.recv(1)


def test_lying_304(newsroom):
    """Whoever sends a validator hears "not modified", though everything changed."""
    newsroom.misbehave("kbay6", PATH, faults.lying_304())
    assert honest(newsroom).status == 200
    assert ask(newsroom.port, HOST, PATH, If_None_Match='"long ago"').status == 304
    assert ask(newsroom.port, HOST, PATH, If_Modified_Since="Thu, 01 Jan 1998 00:00:00 GMT").status == 304


def test_no_validators(newsroom):
    """Neither tag nor date are sent, and conditions are not heard."""
    tag = honest(newsroom).headers["etag"]
    newsroom.misbehave("kbay6", PATH, faults.no_validators())
    reply = ask(newsroom.port, HOST, PATH, If_None_Match=tag)
    assert reply.status == 200
    assert not {"etag", "last-modified"} & set(reply.headers)


@pytest.mark.parametrize(
    ("kind", "code", "words"), [("login", 200, b"type=password"), ("consent", 200, b"214 partners"), ("bot", 403, b"Just a moment")]
)
def test_walls(newsroom, kind, code, words):
    """A page that is not the article, as login, consent and bot walls send it."""
    newsroom.misbehave("kbay6", "*", faults.wall(kind))
    reply = ask(newsroom.port, HOST, "/any/article/")
    assert (reply.status, words in reply.body) == (code, True)
    assert (reply.headers.get("cf-mitigated") == "challenge") == (kind == "bot")


def test_a_fault_is_for_its_host_and_path_only(newsroom):
    """Other paths and publishers go on; clear ends all faults."""
    newsroom.misbehave("kbay6", PATH, faults.status(503))
    assert [ask(newsroom.port, HOST, f"{PATH}?x=1").status, ask(newsroom.port, HOST).status] == [503, 200]
    assert ask(newsroom.port, "kvly9.localhost", "/index.rdf").status == 200
    newsroom.clear()
    assert honest(newsroom).status == 200
