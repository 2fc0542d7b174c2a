"""The body of a demo article: a small part of Markdown, read into blocks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BlockShape(StrEnum):
    """What a block of the body is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    QUOTE = "quote"
    ENUMERATION = "enumeration"


MARKERS = (("## ", BlockShape.HEADING), ("> ", BlockShape.QUOTE), ("- ", BlockShape.ENUMERATION))


@dataclass(frozen=True, slots=True)
class BodyBlock:
    """One block without its markers. `lines` are the points of an enumeration; everything else has one line."""

    shape: BlockShape
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The block as one line."""
        return " ".join(self.lines)


def read_body(body: str) -> tuple[BodyBlock, ...]:
    """Return the blocks between blank lines. Lines of a paragraph or quote are joined by spaces."""
    return tuple(_block(lines) for lines in _chunks(body))


def body_fault(body: str) -> str | None:
    """Return the first line that breaks the shape of its block, such as a list begun right under a paragraph."""
    for lines in _chunks(body):
        marker = _marker(lines[0])
        for line in lines[1:]:
            if _marker(line) != marker or marker == "## ":
                return line
    return None


def _chunks(body: str) -> list[list[str]]:
    chunks: list[list[str]] = [[]]
    for line in body.splitlines():
        if line.strip():
            chunks[-1].append(line.strip())
        else:
            chunks.append([])
    return [chunk for chunk in chunks if chunk]


def _marker(line: str) -> str:
    return next((marker for marker, _ in MARKERS if line.startswith(marker)), "")


def _block(lines: list[str]) -> BodyBlock:
    marker = _marker(lines[0])
    shape = dict(MARKERS).get(marker, BlockShape.PARAGRAPH)
    bare = tuple(line.removeprefix(marker).strip() for line in lines)
    return BodyBlock(shape, bare if shape is BlockShape.ENUMERATION else (" ".join(bare),))
