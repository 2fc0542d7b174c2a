"""Content encodings, undone piece by piece, so that a bomb is noticed long before it has gone off."""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol

import brotli  # type: ignore[import-untyped]
from isal import isal_zlib

PIECE: Final = 65_536  # bytes of output at a time
MAX_MEMBERS: Final = 1_000  # gzip members or zstd frames; honest bodies have one
MAX_LAYERS: Final = 2
_ZSTD_WINDOW_LOG: Final = 23  # 8 MB, what RFC 9659 allows for the content coding


class DecodingError(ValueError):
    """The bytes are not what their Content-Encoding says, or end too early."""


class UnknownEncodingError(ValueError):
    """A Content-Encoding we never asked for and cannot undo."""


class Decoder(Protocol):
    """Undoes one encoding."""

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what the chunk decodes to, at most about PIECE bytes each. Raises `DecodingError`."""
        ...

    def finish(self) -> None:
        """Raise `DecodingError` where the body ended before its encoding did."""
        ...


class _Plain:
    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        yield chunk

    def finish(self) -> None:
        return


class _Inflate:
    """gzip (any number of members) and deflate (with or without its zlib header).

    gzip, which is what nearly every page comes in, by isal: with zlib it is more than half of what a page costs. Its streams
    carry a checksum; deflate's may have none, and isal lets more damage pass there.
    """

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._library: Any = isal_zlib if gzip else zlib
        self._stream: Any = None
        self._members = 0
        self._plain = False

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """See `Decoder`. Bytes that cannot be gzip from the first on are passed through: some servers only claim it."""
        while chunk and (self._stream is not None or self._open(chunk)):
            if self._plain:
                yield chunk
                return
            yield from self._member(chunk)
            chunk = self._next_member()

    def _member(self, chunk: bytes) -> Iterator[bytes]:
        piece = b""
        while chunk or len(piece) == PIECE:
            try:
                piece = self._stream.decompress(chunk, PIECE)
            except self._library.error as error:
                raise DecodingError(str(error)) from error
            chunk = self._stream.unconsumed_tail
            if piece:
                yield piece

    def _open(self, chunk: bytes) -> bool:
        """Begin a member; padding and garbage after the last one are ignored, as gzip(1) does."""
        magic = chunk[0] == 0x1F
        if self._gzip and self._members and not magic:
            return False
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise DecodingError(f"more than {MAX_MEMBERS} gzip members")
        self._plain = self._gzip and not magic
        wrapped = chunk[0] & 0x0F == 8
        self._stream = self._library.decompressobj(31 if self._gzip else 15 if wrapped else -15)
        return True

    def _next_member(self) -> bytes:
        """Return what follows a finished gzip member. Nothing follows deflate's only one."""
        if not (self._gzip and self._stream.eof):
            return b""
        rest: bytes = self._stream.unused_data
        self._stream = None
        return rest

    def finish(self) -> None:
        if self._stream is not None and not self._plain and not self._stream.eof:
            raise DecodingError("the compressed body ends early")


class _Brotli:
    def __init__(self) -> None:
        self._stream: Any = brotli.Decompressor()
        self._begun = False

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        self._begun = self._begun or bool(chunk)
        try:
            piece = self._stream.process(chunk, output_buffer_limit=PIECE)
            while piece or not self._stream.can_accept_more_data():
                yield piece
                piece = self._stream.process(b"", output_buffer_limit=PIECE)
        except brotli.error as error:
            raise DecodingError(str(error)) from error

    def finish(self) -> None:
        if self._begun and not self._stream.is_finished():
            raise DecodingError("the compressed body ends early")


class _Zstd:
    def __init__(self) -> None:
        self._library = _zstd_library()
        self._stream: Any = None
        self._members = 0

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        while chunk:
            if self._stream is None:
                self._open()
            try:
                yield from self._frame(chunk)
            except self._library.ZstdError as error:
                raise DecodingError(str(error)) from error
            chunk = self._stream.unused_data if self._stream.eof else b""
            self._stream = None if self._stream.eof else self._stream

    def _open(self) -> None:
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise DecodingError(f"more than {MAX_MEMBERS} zstd frames")
        window = {self._library.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG}
        self._stream = self._library.ZstdDecompressor(options=window)

    def _frame(self, chunk: bytes) -> Iterator[bytes]:
        yield self._stream.decompress(chunk, PIECE)
        while not self._stream.eof and not self._stream.needs_input:
            yield self._stream.decompress(b"", PIECE)

    def finish(self) -> None:
        if self._stream is not None:
            raise DecodingError("the compressed body ends early")


class _Layers:
    """Two encodings, the one applied last undone first."""

    def __init__(self, outer: Decoder, inner: Decoder) -> None:
        self._outer, self._inner = outer, inner

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        for piece in self._outer.pieces(chunk):
            yield from self._inner.pieces(piece)

    def finish(self) -> None:
        self._outer.finish()
        self._inner.finish()


def _zstd_library() -> Any:
    """Return the standard library's zstd (3.14) or its backport, None where there is neither."""
    for name in ("compression.zstd", "backports.zstd"):
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    return None


DECODERS: Final[dict[str, Callable[[], Decoder]]] = {
    "gzip": lambda: _Inflate(gzip=True),
    "deflate": lambda: _Inflate(gzip=False),
    **({"br": _Brotli} if hasattr(brotli.Decompressor, "can_accept_more_data") else {}),  # brotli < 1.2 cannot be bounded
    **({"zstd": _Zstd} if _zstd_library() is not None else {}),
}
_SYNONYMS: Final = {"x-gzip": "gzip"}
_NO_ENCODING: Final = frozenset({"", "identity", "none", "utf-8", "utf8", "text/html", "binary", "8bit", "chunked"})


def accept_encoding() -> str:
    """Return the Accept-Encoding header: what can be undone within bounds, and no more."""
    return ", ".join(DECODERS)


def decode(content_encoding: str, body: bytes, limit: int) -> bytes:
    """Return a whole body decoded, up to a little more than `limit` bytes. Raises ValueError where it cannot be."""
    decoder = open_decoder(content_encoding)
    decoded = bytearray()
    for start in range(0, len(body), PIECE):
        for piece in decoder.pieces(body[start : start + PIECE]):
            decoded += piece
            if len(decoded) > limit:
                return bytes(decoded)
    decoder.finish()
    return bytes(decoded)


def open_decoder(content_encoding: str) -> Decoder:
    """Return the decoder for a Content-Encoding header's value. Raises `UnknownEncodingError`."""
    names = [name.strip().lower() for name in content_encoding.split(",")]
    names = [_SYNONYMS.get(name, name) for name in names if name not in _NO_ENCODING]
    unknown = [name for name in names if name not in DECODERS]
    if unknown or len(names) > MAX_LAYERS:
        raise UnknownEncodingError(content_encoding[:100])
    decoder: Decoder = _Plain()
    for name in names:
        undo = DECODERS[name]()
        decoder = undo if isinstance(decoder, _Plain) else _Layers(undo, decoder)
    return decoder
