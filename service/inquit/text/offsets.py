"""Offsets in the caller's unit: code points, UTF-16 code units or UTF-8 bytes."""

from __future__ import annotations

import numpy as np

from inquit.types import OffsetEncoding

__all__ = ["Offsets", "code_points"]


def code_points(text: str) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    """Return the text as code points, shape [characters]; lone surrogates stay as they are."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


class Offsets:
    """Translates code point offsets of one text into another unit."""

    def __init__(self, text: str, encoding: OffsetEncoding) -> None:
        self.encoding = encoding
        self._starts: np.ndarray[tuple[int], np.dtype[np.int64]] | None = None
        if encoding is OffsetEncoding.UTF32 or text.isascii():
            return
        points = code_points(text)
        widths = np.ones(len(points), dtype=np.int64)
        if encoding is OffsetEncoding.UTF16:
            widths += points > 0xFFFF
        else:
            widths += points > 0x7F
            widths += points > 0x7FF
            widths += points > 0xFFFF
        self._starts = np.concatenate(([0], np.cumsum(widths)))

    def __call__(self, offset: int) -> int:
        """Return the offset in this object's unit; `offset` counts code points."""
        return offset if self._starts is None else int(self._starts[offset])
