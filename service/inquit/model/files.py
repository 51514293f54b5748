"""The files of a model folder, which may come from anybody: read whole, and only if they are plain."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inquit.errors import ModelError

__all__ = ["brief", "panics_told", "read_model_file"]

_MOST_BRIEF = 200


def read_model_file(path: Path, *, most_bytes: int | None = None) -> bytes:
    """Return the bytes of a file; raises ModelError naming it when it is missing, no plain file or too large.

    What a symbolic link leads to counts: folders of shared models are made of links.
    """
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise ModelError(f"{path} is not a plain file")
            if most_bytes is not None and found.st_size > most_bytes:
                raise ModelError(f"{path} has {found.st_size} bytes, the limit is {most_bytes}")
            return file.read()
    except FileNotFoundError as error:
        raise ModelError(f"{path} is missing") from error
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}") from error


def _open_at_once(path: str, flags: int) -> int:
    # A pipe that nobody writes to would be waited for.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def brief(said: object) -> str:
    """Return what a file, or a library of it, says: short, on one line and printable."""
    text = " ".join(str(said).split()) or type(said).__name__
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return shown if len(shown) <= _MOST_BRIEF else f"{shown[:_MOST_BRIEF]}…"


@contextmanager
def panics_told() -> Iterator[None]:
    """Make an Exception of a Rust library's panic, which handlers of errors would not see."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise RuntimeError("a library panicked") from error
        raise
