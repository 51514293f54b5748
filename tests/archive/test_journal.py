from __future__ import annotations

from pathlib import Path

import pytest

from inquit.archive.journal import Journal

START = "first"


def die_at(path: Path, row: int | None = None, start: str = START) -> None:
    """Leave the notes as a process that was killed at that row, or while it read several together."""
    with Journal(path, start) as journal:
        if row is not None:
            journal.at(row)
        left = path.read_bytes()
    path.write_bytes(left)


def test_a_row_at_which_three_processes_ended_is_hopeless(tmp_path: Path) -> None:
    """Once and twice may be an accident."""
    path = tmp_path / "shards" / "1.reading"
    with Journal(path, START) as journal:
        assert not journal.is_careful
    for ends in range(3):
        die_at(path, 17)
        with Journal(path, START) as journal:
            assert journal.is_careful
            assert journal.hopeless() == (frozenset({17}) if ends == 2 else frozenset())


def test_the_first_end_makes_careful_and_accuses_no_row(tmp_path: Path) -> None:
    """Rows are read together until then: which one it was cannot be told."""
    path = tmp_path / "1.reading"
    for _ in range(4):
        die_at(path)
        with Journal(path, START) as journal:
            assert journal.is_careful
            assert journal.hopeless() == frozenset()


def test_ends_at_other_rows_are_counted_apart(tmp_path: Path) -> None:
    """Each row has its own three."""
    path = tmp_path / "1.reading"
    for row in (1, 2, 1, 2, 3):
        die_at(path, row)
    with Journal(path, START) as journal:
        assert journal.hopeless() == frozenset()
    die_at(path, 2)
    with Journal(path, START) as journal:
        assert journal.hopeless() == frozenset({2})


def test_ends_with_the_whole_run_are_not_counted(tmp_path: Path) -> None:
    """Whoever stops a run three times at a long text does not lose it; what was counted stays."""
    path = tmp_path / "1.reading"
    for start in "abcde":
        die_at(path, 5, start)
    with Journal(path, "f") as journal:
        assert not journal.is_careful
    for _ in range(3):
        die_at(path, 5, "g")
    with Journal(path, "g"):
        pass
    with Journal(path, "h") as journal:
        assert journal.hopeless() == frozenset({5})


def test_an_exception_is_no_death(tmp_path: Path) -> None:
    """A shard that failed in an orderly way accuses no row."""
    path = tmp_path / "1.reading"

    def fail() -> None:
        with Journal(path, START) as failing:
            failing.at(5)
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        fail()
    with Journal(path, START) as journal:
        assert not journal.is_careful


@pytest.mark.parametrize(
    "notes", [b"", b"{", b'{"1": 2}\n5', b'{"start": "", "ends": {"x": 1}}\n5', b"[]\n1", b"\xff\n1"]
)
def test_torn_notes_are_no_obstacle(tmp_path: Path, notes: bytes) -> None:
    """The disk may have been full, or the power gone, while they were written."""
    path = tmp_path / "1.reading"
    path.write_bytes(notes)
    with Journal(path, START) as journal:
        assert journal.hopeless() == frozenset()


def test_a_shard_that_is_done_needs_none(tmp_path: Path) -> None:
    """Nothing stays in the folder."""
    with Journal(tmp_path / "1.reading", START) as journal:
        journal.remove()
    assert not list(tmp_path.iterdir())
