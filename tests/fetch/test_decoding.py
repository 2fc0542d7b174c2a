"""pipeline/fetch/decoding.py: each encoding whole, in drops, broken, and as a bomb."""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable

import brotli
import pytest

from pipeline.fetch.decoding import DECODERS, MAX_MEMBERS, PIECE, DecodingError, UnknownEncodingError, accept_encoding, open_decoder

TEXT = b"".join(b"<p>%d %s</p>" % (number, random.Random(number).randbytes(20).hex().encode()) for number in range(800))


def raw_deflate(body: bytes) -> bytes:
    """Deflate without the zlib header, as some servers send it."""
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(body) + stream.flush()


def zstd(body: bytes) -> bytes:
    """Compress with whichever zstd library there is."""
    from pipeline.fetch.decoding import _zstd_library

    return bytes(_zstd_library().compress(body))


ENCODERS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd}
PRESENT = [name for name in ENCODERS if name in DECODERS]


def decoded(encoding: str, *chunks: bytes) -> bytes:
    """Undo an encoding chunk by chunk."""
    decoder = open_decoder(encoding)
    body = b"".join(piece for chunk in chunks for piece in decoder.pieces(chunk))
    decoder.finish()
    return body


def drops(body: bytes, size: int) -> list[bytes]:
    """Cut a body into pieces."""
    return [body[start : start + size] for start in range(0, len(body), size)]


def test_every_decoder_is_tested() -> None:
    """A decoder without an encoder here would go untested; gzip, deflate and brotli are always there."""
    assert set(DECODERS) <= set(ENCODERS)
    assert {"gzip", "deflate", "br"} <= set(DECODERS)
    assert accept_encoding() == ", ".join(DECODERS)


@pytest.mark.parametrize("size", [1, 7, 1000, 10**7])
@pytest.mark.parametrize("encoding", PRESENT)
def test_bodies_come_out_whole_however_they_arrive(encoding: str, size: int) -> None:
    """The same body, in single bytes or at once."""
    assert decoded(encoding, *drops(ENCODERS[encoding](TEXT), size)) == TEXT


@pytest.mark.parametrize("encoding", PRESENT)
def test_an_empty_body_is_an_empty_body(encoding: str) -> None:
    """No bytes at all are what servers send with a HEAD-like answer, and no damage."""
    assert decoded(encoding) == b""


@pytest.mark.parametrize("encoding", PRESENT)
def test_a_cut_body_is_damage(encoding: str) -> None:
    """A stream that ends before its end is told apart from a short one."""
    with pytest.raises(DecodingError):
        decoded(encoding, ENCODERS[encoding](TEXT)[:-20])


@pytest.mark.parametrize("encoding", PRESENT)
def test_garbage_is_damage(encoding: str) -> None:
    """Bytes that begin right and go on wrong are named as such."""
    good = ENCODERS[encoding](TEXT)
    with pytest.raises(DecodingError):
        decoded(encoding, good[:40] + b"\xff\x00" * 5000)


@pytest.mark.parametrize("encoding", PRESENT)
def test_a_bomb_comes_in_small_pieces(encoding: str) -> None:
    """What grows a thousandfold is handed out a piece at a time, so that the reader can stop."""
    bomb = ENCODERS[encoding](bytes(20_000_000))
    assert len(bomb) < 30_000
    pieces = open_decoder(encoding).pieces(bomb)
    sizes = [len(next(pieces)) for _ in range(12)]
    assert max(sizes) <= 4 * PIECE


def test_members_of_gzip_follow_each_other() -> None:
    """Several gzip members are one body; padding after the last is none of it."""
    assert decoded("gzip", gzip.compress(b"one ") + gzip.compress(b"two"), bytes(100)) == b"one two"
    assert decoded("gzip", *drops(gzip.compress(b"one ") + gzip.compress(b"two"), 1)) == b"one two"


def test_too_many_members_are_damage() -> None:
    """Members without content cost time and give nothing: there is an end to them."""
    with pytest.raises(DecodingError, match="members"):
        decoded("gzip", gzip.compress(b"") * (MAX_MEMBERS + 1))


def test_deflate_with_and_without_its_header() -> None:
    """Both things that servers call deflate are read."""
    assert decoded("deflate", zlib.compress(TEXT)) == TEXT
    assert decoded("deflate", raw_deflate(TEXT)) == TEXT


def test_a_body_that_only_claims_gzip_is_passed_through() -> None:
    """Some servers send the header and not the encoding; browsers show the page, and we read it."""
    assert decoded("gzip", b"<html>", b"plain</html>") == b"<html>plain</html>"


def test_two_layers_are_undone_in_reverse() -> None:
    """The encoding named last was applied last."""
    assert decoded("deflate, gzip", gzip.compress(zlib.compress(TEXT))) == TEXT
    assert decoded("gzip, gzip", *drops(gzip.compress(gzip.compress(TEXT)), 100)) == TEXT
    with pytest.raises(DecodingError):
        decoded("gzip, gzip", gzip.compress(gzip.compress(TEXT)[:-20]))


@pytest.mark.parametrize("value", ["", "identity", "None", "utf-8", " x-gzip "])
def test_names_of_no_encoding_and_old_names(value: str) -> None:
    """Values that mean nothing are ignored, x-gzip is gzip."""
    body = gzip.compress(TEXT) if "gzip" in value else TEXT
    assert decoded(value, body) == TEXT


@pytest.mark.parametrize("value", ["compress", "aes128gcm", "gzip, gzip, gzip", "br, exi"])
def test_unknown_encodings_are_named(value: str) -> None:
    """What we never asked for, or too much of it, cannot be undone."""
    with pytest.raises(UnknownEncodingError):
        open_decoder(value)
