from __future__ import annotations

from pathlib import Path

import pytest

from inquit.archive.files import archive_files
from inquit.errors import DataError


def test_folders_stand_for_their_files(tmp_path: Path) -> None:
    """At any depth, by name, without hidden ones, other kinds, and the results of this run."""
    for name in (
        "b.jsonl",
        "a/c.CSV",
        "a/d.ndjson.gz",
        "e.parquet",
        "notes.txt",
        ".x.csv",
        "_y/z.csv",
        "out/q.parquet",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    found = [str(file.path.relative_to(tmp_path)) for file in archive_files([tmp_path], tmp_path / "out")]
    assert found == ["a/c.CSV", "a/d.ndjson.gz", "b.jsonl", "e.parquet"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["missing.jsonl"], "no such file"),
        (["notes.txt"], "the name tells no format"),
        (["empty"], "no .jsonl, .csv or .parquet file"),
        (["a.csv", "./a.csv"], "is given twice"),
    ],
)
def test_inputs_that_cannot_be_are_named(tmp_path: Path, given: list[str], message: str) -> None:
    """Nothing is guessed."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").touch()
    (tmp_path / "a.csv").touch()
    with pytest.raises(DataError, match=message):
        archive_files([tmp_path / name for name in given])


def test_another_file_of_that_name_is_noticed(tmp_path: Path) -> None:
    """By its size, its beginning or its end."""
    path = tmp_path / "a.jsonl"
    prints = set()
    for content in (b"a" * 300_000, b"a" * 300_001, b"b" + b"a" * 299_999, b"a" * 299_999 + b"b"):
        path.write_bytes(content)
        (file,) = archive_files([path])
        prints.add(file.fingerprint())
    assert len(prints) == 4
