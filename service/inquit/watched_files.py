"""Files that are read again when they change."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Generic, TypeVar

import structlog

from inquit.errors import InvalidInput

__all__ = ["WatchedFiles", "read_file"]

_log = structlog.get_logger(__name__)

_T = TypeVar("_T")

_Mark = tuple[int, int, int, int, int]


class WatchedFiles(Generic[_T]):
    """What is made of some files; safe to share between threads."""

    def __init__(self, paths: Mapping[str, Path], make: Callable[[], _T]) -> None:
        """`paths` are named by their settings; raises what `make` raises, which is InvalidInput."""
        self._paths = dict(paths)
        self._make = make
        self._lock = threading.Lock()
        self._broken = False
        # Before the files are read, so that what changes meanwhile is noticed next time.
        self._marks = self._look()
        self._value = make()

    @property
    def value(self) -> _T:
        """What the files said when they could last be used."""
        return self._value

    def refresh(self) -> bool:
        """Read the files again if they changed; return whether there is a new value.

        Files that cannot be used change nothing; that is logged once, until they can be used again.
        """
        with self._lock:
            marks = self._look()
            if marks == self._marks:
                return False
            self._marks = marks
            try:
                self._value = self._make()
            except InvalidInput as error:
                if not self._broken:
                    _log.warning(
                        "changed files cannot be used, what they said before stays",
                        settings=list(self._paths),
                        problem=error.message,
                    )
                self._broken = True
                return False
            self._broken = False
        _log.info("changed files read", settings=list(self._paths))
        return True

    def _look(self) -> list[_Mark | None]:
        return [_mark(path) for path in self._paths.values()]


def read_file(path: Path, setting: str) -> bytes:
    """Return what the file holds; raises InvalidInput that names the setting."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{setting}: cannot read {path}: {error.strerror}", field=setting) from error


def _mark(path: Path) -> _Mark | None:
    """Return what differs after a change; links are followed, as Kubernetes changes secrets by moving one."""
    try:
        found = os.stat(path)  # noqa: PTH116  # half the time of Path.stat, at every call
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
