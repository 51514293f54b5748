"""Files cut into shards: whatever they hold, and however large a shard, each row comes once, in order."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from archive_rows import read_all
from inquit.archive.files import ArchiveFile, archive_files
from inquit.archive.rows import BadRow, Columns, Row
from inquit.archive.shards import plan
from inquit.errors import DataError

_ANY_FILE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_TEXTS = st.text(alphabet="ab \n\r\t\",'é“”🚢\x00", max_size=40)
_SIZES = st.integers(1, 400)


def one_file(path: Path, content: bytes) -> ArchiveFile:
    """Write an input file."""
    path.write_bytes(content)
    (file,) = archive_files([path])
    return file


def numbered(rows: list[Row | BadRow]) -> list[tuple[int, str | None]]:
    """Return the number of each row with its text, None where it is no document."""
    return [(row.number, row.document.text if isinstance(row, Row) else None) for row in rows]


@_ANY_FILE
@given(
    st.lists(st.one_of(_TEXTS, st.sampled_from([None, ""])), max_size=12),
    _SIZES,
    st.booleans(),
    st.booleans(),
)
def test_lines_of_json(
    tmp_path: Path, texts: list[str | None], size: int, is_packed: bool, ends: bool
) -> None:
    """Blank lines and junk count as lines; the last one needs no end."""
    lines = ["not json" if text is None else json.dumps({"text": text}) if text else "" for text in texts]
    content = "\n".join(lines).encode() + (b"\n" if ends else b"")
    name = "a.jsonl.gz" if is_packed else "a.jsonl"
    file = one_file(tmp_path / name, gzip.compress(content) if is_packed else content)
    expected = [(number, text) for number, text in enumerate(texts, start=1) if text != ""]
    assert numbered(read_all(file, size)) == expected


@_ANY_FILE
@given(st.lists(st.tuples(_TEXTS, _TEXTS), max_size=12), _SIZES, st.sampled_from(["\n", "\r\n"]))
def test_csv(tmp_path: Path, rows: list[tuple[str, str]], size: int, end: str) -> None:
    """Cells may hold line ends, marks and commas; rows are counted behind the header."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(["id", "more", "text"])
    writer.writerows([[name, "x", text] for name, text in rows])
    file = one_file(tmp_path / "a.csv", b"\xef\xbb\xbf" + out.getvalue().encode())
    found = read_all(file, size)
    assert numbered(found) == [(number, text) for number, (_, text) in enumerate(rows, start=1)]
    names = [row.document.id for row in found if isinstance(row, Row)]
    assert names == [name or f"{file.name}:{number}" for number, (name, _) in enumerate(rows, start=1)]


@_ANY_FILE
@given(st.lists(st.one_of(_TEXTS, st.none()), max_size=30), st.integers(1, 7), _SIZES, st.booleans())
def test_parquet(tmp_path: Path, texts: list[str | None], group: int, size: int, is_large: bool) -> None:
    """Shards need not be row groups; columns beside, before and nested do not matter."""
    kind = pa.large_string() if is_large else pa.string()
    columns: dict[str, Any] = {
        "nested": pa.array(
            [{"x": 1, "y": [2]} for _ in texts], pa.struct([("x", pa.int64()), ("y", pa.list_(pa.int64()))])
        ),
        "id": pa.array(range(len(texts)), pa.int64()),
        "text": pa.array(texts, kind),
    }
    parquet.write_table(pa.table(columns), tmp_path / "a.parquet", row_group_size=group)
    (file,) = archive_files([tmp_path / "a.parquet"])
    found = read_all(file, size)
    assert numbered(found) == list(enumerate(texts, start=1))
    assert all(row.document.id == str(row.number - 1) for row in found if isinstance(row, Row))


def test_stretches_are_about_as_large_as_asked(tmp_path: Path) -> None:
    """Shards are work of like size, and their sizes make up the whole."""
    content = b'{"text": "0123456789"}\n' * 1000
    file = one_file(tmp_path / "a.jsonl", content)
    sizes = [shard.stretch.size for shard in plan([file], 1000, Columns())]
    assert sum(sizes) == len(content)
    assert all(1000 <= size < 1050 for size in sizes[:-1])


def test_long_cells_and_bad_bytes_are_read(tmp_path: Path) -> None:
    """A cell may be longer than the CSV module's own limit; bytes that are no UTF-8 become U+FFFD."""
    file = one_file(tmp_path / "a.csv", b"text\n" + b"x" * 300_000 + b"\n\xff\n")
    assert [len(text or "") for _, text in numbered(read_all(file, 10))] == [300_000, 1]


@pytest.mark.parametrize("size", [1, 1000])
def test_a_stray_carriage_return_costs_its_row_alone(tmp_path: Path, size: int) -> None:
    """In a cell without quotes it is no CSV; the rows around it are, wherever the file is cut."""
    file = one_file(tmp_path / "a.csv", b'id,text\n1,a\n2,b\rc\n"3\n",d\n4,e\rf')
    found = read_all(file, size)
    assert numbered(found) == [(1, "a"), (2, None), (3, "d"), (4, None)]
    assert [row.reason for row in found if isinstance(row, BadRow)] == [
        "not CSV: a carriage return in a cell without quotes"
    ] * 2


def test_a_parquet_string_that_is_no_utf8_costs_its_row_alone(tmp_path: Path) -> None:
    """The format does not prevent it; the row is told with its id, and never its bytes."""
    values = pa.array([b"one", b"caf\xe9", b"three", b"four"])
    texts = pa.StringArray.from_buffers(len(values), *values.buffers()[1:])
    table = pa.table({"id": pa.array(["a", "b", "c", "d"]), "text": texts})
    parquet.write_table(table, tmp_path / "a.parquet")
    (file,) = archive_files([tmp_path / "a.parquet"])
    found = read_all(file, 1000)
    assert numbered(found) == [(1, "one"), (2, None), (3, "three"), (4, "four")]
    assert found[1] == BadRow(2, '"text" must be a string in UTF-8', "b")


def test_rows_are_called_alike_in_every_format(tmp_path: Path) -> None:
    """By their id also where they are refused, and by their place where the id is missing or empty."""
    records = [{"id": "a", "text": None}, {"id": "", "text": "x"}, {"id": None, "text": "y"}]
    parquet.write_table(pa.Table.from_pylist(records), tmp_path / "a.parquet")
    lines = "\n".join(json.dumps(record) for record in records)
    for file in (
        one_file(tmp_path / "a.jsonl", lines.encode()),
        one_file(tmp_path / "a.csv", b"text,id\nx,\n"),
        *archive_files([tmp_path / "a.parquet"]),
    ):
        found = read_all(file, 1000)
        bad = [row for row in found if isinstance(row, BadRow)]
        assert bad == ([] if file.name.endswith("csv") else [BadRow(1, '"text" is missing', "a")])
        names = {row.document.id for row in found if isinstance(row, Row)}
        assert names == {f"{file.name}:{row.number}" for row in found if isinstance(row, Row)}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"id,body\n1,x\n", "no column 'text'; --text-column"),
        ("a.parquet", b"PAR1 no", "is no Parquet file"),
        ("a.jsonl.gz", b"not packed", "cannot be read"),
        ("a.jsonl.gz", gzip.compress(b"{}")[:10] + b"\xff" * 20, "cannot be read"),
    ],
)
def test_files_that_cannot_be_cut_are_named(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    """Nothing is begun with a file that is not what its name says."""
    file = one_file(tmp_path / name, content)
    with pytest.raises(DataError, match=message) as caught:
        list(plan([file], 100, Columns()))
    assert name in str(caught.value)


def test_other_columns_can_be_named(tmp_path: Path) -> None:
    """Archives have names of their own."""
    file = one_file(tmp_path / "a.csv", b"key,body\nk,x\n")
    (row,) = read_all(file, 100, Columns("key", "body"))
    assert isinstance(row, Row)
    assert (row.document.id, row.document.text) == ("k", "x")
