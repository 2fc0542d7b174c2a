"""pipeline/fetch/client.py against servers that mean harm: every limit, every address, every way to break off."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import zlib
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import brotli
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from pipeline.errors import RetryableError
from pipeline.fetch.client import ERROR_BODY, MAX_HEADER_FIELD, MAX_HEADERS, Answer, HttpClient, Wanted, request_url
from pipeline.fetch.decoding import DECODERS
from pipeline.fetch.faults import HostDownError
from pipeline.types import Rejected
from tests.fetch.certificates import server_context
from tests.fetch.servers import Asked, Site, answer, client_for, sending, serving, settings, site_of

LIMIT = 200_000
WANTED = Wanted(seconds=5, max_bytes=LIMIT)
PATIENT = Wanted(seconds=500, max_bytes=LIMIT)
ZEROS = bytes(30_000_000)


def run(scenario: Coroutine[Any, Any, Any]) -> Any:
    """Run a scenario in a loop of its own."""
    return asyncio.run(scenario)


class Names(AbstractResolver):
    """A resolver whose answers change: one list of addresses after the other, the last one for good."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        addresses = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            ResolveResult(
                hostname=host, host=address, port=port, family=socket.AF_INET6 if ":" in address else socket.AF_INET, proto=0, flags=0
            )
            for address in addresses
        ]

    async def close(self) -> None:
        return


async def asked_of(*chunks: bytes, wanted: Wanted = WANTED, then_close: bool = True, **changes: object) -> Answer | Rejected:
    """Ask a server that sends these bytes."""
    async with sending(*chunks, then_close=then_close) as site, client_for(site, **changes) as client:
        return await client.get(f"http://127.0.0.1:{site.port}/", wanted)


def fault_of(*chunks: bytes, wanted: Wanted = WANTED, then_close: bool = True, **changes: object) -> str:
    """Return the message of the passing fault that these bytes are."""
    with pytest.raises(RetryableError) as caught:
        run(asked_of(*chunks, wanted=wanted, then_close=then_close, **changes))
    assert caught.value.__cause__ is not None
    assert "http://127.0.0.1:" in str(caught.value)
    return str(caught.value)


# ── what comes back ───────────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_carries_everything_as_sent() -> None:
    """Status, headers in order and spelling, body; nothing is followed, decoded or dropped behind our back."""
    got = run(asked_of(answer(b"hello", 203, "X-One: 1", "x-one: 2", "Set-Cookie: a=b", "X-Latin: caf\xe9")))
    assert isinstance(got, Answer)
    assert (got.status, got.body) == (203, b"hello")
    assert [pair for pair in got.headers if pair[0].lower() == "x-one"] == [("X-One", "1"), ("x-one", "2")]
    assert got.header("x-latin") == "café"
    assert got.seconds > 0


def test_requests_say_who_we_are_and_keep_no_cookies() -> None:
    """The User-Agent of the settings, only encodings that can be undone, and never a cookie."""

    async def scenario() -> Site:
        page = answer(b"x", 200, "Set-Cookie: id=1; Path=/")
        async with site_of({"/": page}) as site:
            passes = ("127.0.0.1", site.port)
            client = HttpClient(settings(contact="https://us.example"), passes=passes, resolver=Names(["127.0.0.1"]))
            for _ in range(2):
                await client.get(f"http://user:secret@news.example:{site.port}/#part", WANTED)
            await client.close()
        return site

    site = run(scenario())
    assert len(site.asked) == 2
    for asked in site.asked:
        assert asked.line == "GET / HTTP/1.1"
        assert asked.headers["user-agent"].startswith("Wireroom/")
        assert asked.headers["user-agent"].endswith("(+https://us.example)")
        assert asked.headers["accept-encoding"] == ", ".join(DECODERS)
        assert not {"cookie", "authorization", "referer"} & set(asked.headers)


def test_a_redirect_is_an_answer() -> None:
    """No redirect is followed here, and its body is not read."""
    got = run(asked_of(answer(b"", 302, "Location: http://127.0.0.1:1/").replace(b"Length: 0", b"Length: 99999999")))
    assert isinstance(got, Answer)
    assert (got.status, got.header("location"), got.body) == (302, "http://127.0.0.1:1/", b"")


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("http://h/a%2Fb/%7Euser?x=%41+b&x=1", "/a%2Fb/%7Euser?x=%41+b&x=1"),
        ("http://h/caf\u00e9 noir?q=\u00fc", "/caf%C3%A9%20noir?q=%C3%BC"),
        ('http://h/a"b<c>', "/a%22b%3Cc%3E"),
        ("http://h", "/"),
        ("http://h/#part", "/"),
    ],
)
def test_urls_are_sent_as_written(url: str, sent: str) -> None:
    """Only what cannot stand in a request line is escaped."""
    assert request_url(url).raw_path_qs == sent


@pytest.mark.parametrize("url", ["ftp://h/", "file:///etc/passwd", "http://", "/path", "http://[::1", "http://h:99999/", ""])
def test_what_is_no_http_url_is_rejected(url: str) -> None:
    """Other schemes and broken addresses are an expected end, and no connection is made."""

    async def scenario() -> Answer | Rejected:
        client = HttpClient(settings())
        try:
            return await client.get(url, WANTED)
        finally:
            await client.close()

    got = run(scenario())
    assert isinstance(got, Rejected)
    assert got.reason == "bad-url"


def test_what_is_refused_by_its_headers_is_not_read() -> None:
    """A body that the caller does not want stays on the wire."""
    wanted = Wanted(
        seconds=5, max_bytes=LIMIT, refuse=lambda status, headers: "not-html" if ("Content-Type", "video/mp4") in headers else ""
    )
    got = run(asked_of(answer(b"", content_type="video/mp4").replace(b"Length: 0", b"Length: 99999999"), wanted=wanted, then_close=False))
    assert got == Rejected(url=got.url, reason="not-html", detail="status 200, Content-Type video/mp4")


# ── too much ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("encoding", "bomb"),
    [
        ("gzip", gzip.compress(ZEROS)),
        ("deflate", zlib.compress(ZEROS)),
        ("br", brotli.compress(ZEROS, quality=5)),
        ("gzip, gzip", gzip.compress(gzip.compress(ZEROS))),
    ],
)
def test_bombs_stop_at_the_limit(encoding: str, bomb: bytes) -> None:
    """A few kilobytes that unpack to thirty million are told by their size after decompression."""
    got = run(asked_of(answer(bomb, 200, f"Content-Encoding: {encoding}")))
    assert isinstance(got, Rejected)
    assert (got.reason, got.detail) == ("too-large", "more than the 200000 bytes allowed")


def test_an_endless_body_stops_at_the_limit() -> None:
    """A server that never stops is left."""

    async def endless(_site: Site, _asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while not writer.is_closing():
            writer.write(bytes(10_000))
            await writer.drain()

    async def scenario() -> Answer | Rejected:
        async with serving(endless) as site, client_for(site) as client:
            return await client.get(f"http://127.0.0.1:{site.port}/", WANTED)

    got = run(scenario())
    assert isinstance(got, Rejected)
    assert got.reason == "too-large"


def test_a_length_above_the_limit_is_enough() -> None:
    """What says that it is too large is not read."""
    got = run(asked_of(answer(b"").replace(b"Length: 0", b"Length: 200001"), then_close=False))
    assert isinstance(got, Rejected)
    assert got.reason == "too-large"


def test_bytes_that_decode_to_nothing_are_counted() -> None:
    """Empty blocks without end make no output; the bytes on the wire have a limit of their own."""
    nothing = b"\x00\x00\x00\xff\xff" * 60_000  # stored blocks of length 0
    got = run(asked_of(answer(nothing, 200, "Content-Encoding: deflate").replace(b"Content-Length", b"X-Length")))
    assert isinstance(got, Rejected)
    assert got.reason == "too-large"


@pytest.mark.parametrize("size", [LIMIT - 1, LIMIT])
def test_what_fits_exactly_is_taken(size: int) -> None:
    """The limit itself is allowed."""
    got = run(asked_of(answer(gzip.compress(bytes(size)), 200, "Content-Encoding: gzip")))
    assert isinstance(got, Answer)
    assert len(got.body) == size


@pytest.mark.parametrize("headers", [(), ("Content-Encoding: gzip",)])
def test_the_beginning_can_be_enough(headers: tuple[str, ...]) -> None:
    """Where only the beginning is wanted, a large body is cut and no error."""
    body = b"a" * 1_000_000
    got = run(asked_of(answer(gzip.compress(body) if headers else body, 200, *headers), wanted=Wanted(seconds=5, max_bytes=1000, cut=True)))
    assert isinstance(got, Answer)
    assert got.body == b"a" * 1000


def test_error_pages_are_cut() -> None:
    """Of an error only as much is kept as tells what it is."""
    got = run(asked_of(answer(b"e" * 150_000, 500)))
    assert isinstance(got, Answer)
    assert (got.status, len(got.body)) == (500, ERROR_BODY)


def test_a_damaged_error_page_is_still_that_error() -> None:
    """A 404 with a broken body is a 404."""
    got = run(asked_of(answer(b"\x1f\x8bxxxxxxxxxxxx", 404, "Content-Encoding: gzip")))
    assert isinstance(got, Answer)
    assert (got.status, got.body) == (404, b"")


@pytest.mark.parametrize(
    "head",
    [
        b"X-Long: " + b"a" * (MAX_HEADER_FIELD + 1) + b"\r\n",
        b"".join(b"X-%d: a\r\n" % number for number in range(MAX_HEADERS + 1)),
        b"".join(b"X-%d: %s\r\n" % (number, b"a" * 30_000) for number in range(9)),
    ],
    ids=["one", "many", "together"],
)
def test_huge_headers_are_rejected(head: bytes) -> None:
    """One long header, many headers, and many long ones."""
    got = run(asked_of(b"HTTP/1.1 200 OK\r\n" + head + b"Content-Length: 0\r\n\r\n"))
    assert isinstance(got, Rejected)
    assert got.reason == "headers-too-large"


def test_large_honest_headers_pass() -> None:
    """A content security policy of 20,000 bytes is nothing unusual."""
    got = run(asked_of(answer(b"x", 200, "Content-Security-Policy: " + "a" * 20_000)))
    assert isinstance(got, Answer)


# ── too slow ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_silence_ends_at_the_read_timeout() -> None:
    """A server that accepts and says nothing."""
    assert "took too long" in fault_of(b"", wanted=PATIENT, then_close=False, read_timeout=0.05)


def test_silence_in_mid_body_ends_at_the_read_timeout() -> None:
    """A server that stops half-way."""
    half = answer(b"half").replace(b"Length: 4", b"Length: 400")
    assert "took too long" in fault_of(half, wanted=PATIENT, then_close=False, read_timeout=0.05)


@pytest.mark.parametrize("drop", [b"a", b"HTTP/1.1 100 Continue\r\n\r\n"], ids=["body", "interim answers"])
def test_a_drip_ends_at_the_total_timeout(drop: bytes) -> None:
    """A server that always sends just enough to be alive."""

    async def drip(_site: Site, _asked: Asked, writer: asyncio.StreamWriter) -> None:
        if drop == b"a":
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(0.01)

    async def scenario() -> None:
        async with serving(drip) as site, client_for(site, read_timeout=5) as client:
            with pytest.raises(RetryableError, match="took too long"):
                await client.get(f"http://127.0.0.1:{site.port}/", Wanted(seconds=0.15, max_bytes=LIMIT))

    run(scenario())


def test_a_connection_that_is_never_made_ends_at_the_connect_timeout() -> None:
    """A listener whose queue is full answers nothing."""

    async def scenario() -> None:
        with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
            listener.bind(("127.0.0.1", 0))
            listener.listen(0)
            port = listener.getsockname()[1]
            for filler in (first, second):
                filler.setblocking(False)
                filler.connect_ex(("127.0.0.1", port))
            async with client_for(Site(port), connect_timeout=0.1) as client:
                with pytest.raises(HostDownError, match="nothing answers there"):
                    await client.get(f"http://127.0.0.1:{port}/", WANTED)

    run(scenario())


# ── broken off ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"", "connection broke"),
        (b"HTTP/1.1 200", "connection broke"),
        (answer(b"half").replace(b"Length: 4", b"Length: 400"), "damaged or was cut off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "damaged or was cut off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n", "not HTTP"),
        (answer(gzip.compress(b"a" * 5000)[:-9], 200, "Content-Encoding: gzip"), "damaged or was cut off"),
        (answer(b"\x1f\x8b" + b"\xff" * 100, 200, "Content-Encoding: gzip"), "damaged or was cut off"),
        (answer(b"\xff" * 100, 200, "Content-Encoding: br"), "damaged or was cut off"),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "not HTTP"),
        (b"HTTP/1.1 abc OK\r\n\r\n", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nBad Header\x00: 1\r\n\r\n", "not HTTP"),
    ],
)
def test_damage_is_a_passing_fault(sent: bytes, said: str) -> None:
    """Each way of breaking off is named, with the URL, and may be tried again."""
    assert said in fault_of(sent)


def test_a_reset_is_a_passing_fault() -> None:
    """A connection that is reset instead of closed."""

    async def reset(_site: Site, _asked: Asked, writer: asyncio.StreamWriter) -> None:
        transport = writer.transport
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        transport.abort()

    async def scenario() -> None:
        async with serving(reset) as site, client_for(site) as client:
            with pytest.raises(RetryableError, match="connection broke"):
                await client.get(f"http://127.0.0.1:{site.port}/", WANTED)

    run(scenario())


def test_a_refused_connection_is_a_host_that_is_down() -> None:
    """Nobody listens: the fault is one of the whole host."""

    async def scenario() -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
            async with client_for(Site(port)) as client:
                with pytest.raises(HostDownError, match="nothing answers there"):
                    await client.get(f"http://127.0.0.1:{port}/", WANTED)

    run(scenario())


def test_an_unknown_encoding_is_rejected() -> None:
    """What nobody asked for cannot be read."""
    got = run(asked_of(answer(b"x", 200, "Content-Encoding: compress")))
    assert isinstance(got, Rejected)
    assert got.reason == "unknown-encoding"


def test_a_connection_is_used_again_after_a_good_answer_only() -> None:
    """After a rejected body the connection is closed, so that nothing of it is taken for the next answer."""

    async def scenario() -> Site:
        large = answer(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil" * 20_000)
        async with site_of({"/large": large, "/small": answer(b"good")}) as site, client_for(site) as client:
            base = f"http://127.0.0.1:{site.port}"
            rejected = await client.get(f"{base}/large", WANTED)
            assert isinstance(rejected, Rejected)
            for _ in range(2):
                got = await client.get(f"{base}/small", WANTED)
                assert isinstance(got, Answer)
                assert got.body == b"good"
        return site

    run(scenario())


# ── where to ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[fe80::1]",
        "[64:ff9b::7f00:1]",
        "0.0.0.0",
        "[::]",
    ],
)
def test_literal_addresses_are_refused_at_connect_time(address: str) -> None:
    """Literals never pass a resolver; the socket factory sees them all the same."""

    async def scenario() -> Answer | Rejected:
        async with sending(answer(b"secret")) as site:
            client = HttpClient(settings())
            try:
                return await client.get(f"http://{address}:{site.port}/", WANTED)
            finally:
                await client.close()

    got = run(scenario())
    assert isinstance(got, Rejected)
    assert got.reason == "private-address"
    assert "refused by the address guard" in got.detail


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "localhost", "sub.localhost"])
def test_encoded_literals_and_localhost_reach_nothing(host: str) -> None:
    """However loopback is spelt, no byte is sent there."""

    async def scenario() -> tuple[Answer | Rejected, Site]:
        async with sending(answer(b"secret")) as site:
            client = HttpClient(settings())
            try:
                return await client.get(f"http://{host}:{site.port}/", WANTED), site
            finally:
                await client.close()

    got, site = run(scenario())
    assert isinstance(got, Rejected)
    assert got.reason in {"private-address", "bad-url"}
    assert site.asked == []


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["127.0.0.1", "10.0.0.1"], ["10.0.0.1", "192.168.0.1", "::1"]]
)
def test_names_that_lead_inside_are_refused_at_connect_time(addresses: list[str]) -> None:
    """A resolver that says so is not believed; neither one address nor several get a connection."""

    async def scenario() -> tuple[Answer | Rejected, Site]:
        async with sending(answer(b"secret")) as site:
            client = HttpClient(settings(), resolver=Names(addresses))
            try:
                return await client.get(f"http://news.example:{site.port}/", WANTED), site
            finally:
                await client.close()

    got, site = run(scenario())
    assert isinstance(got, Rejected)
    assert got.reason == "private-address"
    assert site.asked == []


def test_a_name_that_changes_its_answer_is_caught() -> None:
    """DNS rebinding: harmless at the first look-up, inside at the next. Each connection is judged by its own address."""

    async def scenario() -> tuple[Answer | Rejected, Answer | Rejected, Site]:
        async with sending(answer(b"x", 200, "Connection: close")) as site:
            client = HttpClient(settings(), passes=("127.0.0.1", site.port), resolver=Names(["127.0.0.1"], ["127.0.0.2"]))
            try:
                urls = [f"http://{name}.example:{site.port}/" for name in ("first", "second")]
                return await client.get(urls[0], WANTED), await client.get(urls[1], WANTED), site
            finally:
                await client.close()

    first, second, site = run(scenario())
    assert isinstance(first, Answer)
    assert isinstance(second, Rejected)
    assert second.reason == "private-address"
    assert len(site.asked) == 1


def test_an_unknown_name_is_a_passing_fault() -> None:
    """A name that does not exist says what to check; `.invalid` never does."""

    class NoNames(Names):
        async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async def scenario() -> None:
        client = HttpClient(settings(), resolver=NoNames([]))
        try:
            with pytest.raises(RetryableError, match=r"http://gone\.invalid/: there is no such name .* check its spelling") as caught:
                await client.get("http://gone.invalid/", WANTED)
            assert not isinstance(caught.value, HostDownError)
        finally:
            await client.close()

    run(scenario())


def test_the_local_newsroom_stands_for_every_host() -> None:
    """Every name, literal and port is asked from the one server, which sees who was meant."""

    async def scenario() -> list[str]:
        async with site_of({"/x": answer(b"x")}) as site:
            client = HttpClient(settings(site))
            try:
                for url in ("http://www.example.org/x", "http://10.0.0.1/x", "http://[fe80::1]:81/x", "http://münchen.example:8080/x"):
                    assert isinstance(await client.get(url, WANTED), Answer)
            finally:
                await client.close()
            return site.paths

    assert run(scenario()) == ["www.example.org/x", "10.0.0.1/x", "[fe80::1]:81/x", "xn--mnchen-3ya.example:8080/x"]


# ── TLS ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def over_tls(server: ssl.SSLContext, client_context: ssl.SSLContext | None, host: str) -> Answer | Rejected:
    """Ask a TLS server by a name that leads to it."""

    async def talk(_site: Site, _asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(b"sealed"))

    async def scenario() -> Answer | Rejected:
        async with serving(talk, tls=server) as site:
            client = HttpClient(settings(), passes=("127.0.0.1", site.port), resolver=Names(["127.0.0.1"]), tls=client_context)
            try:
                return await client.get(f"https://{host}:{site.port}/", WANTED)
            finally:
                await client.close()

    return run(scenario())


def test_a_trusted_certificate_is_accepted(tmp_path: Path) -> None:
    """The other tests of this kind fail for the right reason."""
    server, trusting = server_context(tmp_path)
    got = over_tls(server, trusting, "news.example")
    assert isinstance(got, Answer)
    assert got.body == b"sealed"


@pytest.mark.parametrize("flaw", ["unknown authority", "other name", "expired"])
def test_bad_certificates_are_refused(tmp_path: Path, flaw: str) -> None:
    """TLS is verified: the authority, the name and the dates."""
    server, trusting = server_context(tmp_path, days=-3 if flaw == "expired" else 30)
    host = "other.example" if flaw == "other name" else "news.example"
    with pytest.raises(RetryableError, match=r"https://.*no trusted connection .* the publisher must mend the certificate"):
        over_tls(server, None if flaw == "unknown authority" else trusting, host)


def test_plain_http_on_a_tls_port_is_a_passing_fault() -> None:
    """A server that does not speak TLS where it should."""

    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(b"x"))
        writer.close()
        await writer.wait_closed()

    async def scenario() -> None:
        async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            async with client_for(Site(port)) as client:
                with pytest.raises(RetryableError, match="no trusted connection"):
                    await client.get(f"https://127.0.0.1:{port}/", WANTED)

    run(scenario())
