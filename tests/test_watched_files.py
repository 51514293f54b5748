from __future__ import annotations

import os
from io import StringIO
from pathlib import Path

import pytest

from certificates import replace
from inquit.errors import InvalidInput
from inquit.watched_files import WatchedFiles, read_file
from running_service import events

WARNING = "changed files cannot be used, what they said before stays"


class Watched:
    """A file with a number, and how often it was read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.reads = 0
        self.files = WatchedFiles({"number_file": path}, self._number)

    def _number(self) -> int:
        self.reads += 1
        try:
            return int(read_file(self._path, "number_file"))
        except ValueError:
            raise InvalidInput(f"number_file: {self._path} holds no number") from None


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a file with the number 1."""
    found = tmp_path / "number"
    found.write_text("1")
    return found


def test_files_are_read_once_for_each_change(path: Path) -> None:
    """Looking is cheap: what has not changed is not read."""
    watched = Watched(path)
    assert (watched.files.value, watched.files.refresh(), watched.reads) == (1, False, 1)
    replace(path, b"2")
    assert (watched.files.refresh(), watched.files.value) == (True, 2)
    assert (watched.files.refresh(), watched.reads) == (False, 2)


def test_a_file_written_in_place_has_changed(path: Path) -> None:
    """Not every program moves a whole file into place."""
    watched = Watched(path)
    path.write_text("12")
    assert (watched.files.refresh(), watched.files.value) == (True, 12)


def test_a_moved_link_is_a_change(tmp_path: Path) -> None:
    """Kubernetes swaps a link to the folder of all files of a secret."""
    for version in ("1", "2"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "number").write_text(version)
    (tmp_path / "..data").symlink_to("1")
    (tmp_path / "number").symlink_to("..data/number")
    watched = Watched(tmp_path / "number")
    (tmp_path / "..next").symlink_to("2")
    os.replace(tmp_path / "..next", tmp_path / "..data")  # noqa: PTH105  # as the kubelet does
    assert (watched.files.refresh(), watched.files.value) == (True, 2)


def test_broken_files_change_nothing_and_are_told_once(path: Path, log: StringIO) -> None:
    """What was read before stays, through any number of bad states, and the good one after them is seen."""
    watched = Watched(path)
    for content in (b"", b"x", b"xy"):
        replace(path, content)
        assert (watched.files.refresh(), watched.files.value) == (False, 1)
    path.unlink()
    assert (watched.files.refresh(), watched.files.value) == (False, 1)
    [warning] = events(log, WARNING)
    assert (warning["level"], warning["settings"]) == ("warning", ["number_file"])
    assert str(path) in warning["problem"]
    replace(path, b"3")
    assert (watched.files.refresh(), watched.files.value) == (True, 3)
    replace(path, b"x")
    assert not watched.files.refresh()
    assert len(events(log, WARNING)) == 2


def test_what_cannot_be_used_at_first_is_an_error(tmp_path: Path) -> None:
    """There is nothing to go on with."""
    with pytest.raises(InvalidInput, match=r"^number_file: cannot read .*nowhere"):
        Watched(tmp_path / "nowhere")
