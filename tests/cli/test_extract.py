from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf import json_format

from inquit import wire
from inquit._gen.inquit.v1 import inquit_pb2
from inquit.types import Document, ExtractOptions, OffsetEncoding, QuoteKind

if TYPE_CHECKING:
    from pathlib import Path

    from cli_types import Run, StandIn


def lines(output: str) -> list[dict[str, Any]]:
    """Return the objects of JSON lines."""
    return [json.loads(line) for line in output.splitlines()]


def ids(output: str) -> list[str]:
    """Return the document ids of JSON lines."""
    return [line["documentId"] for line in lines(output)]


@pytest.fixture
def article(tmp_path: Path) -> Path:
    """Return a file of plain text with a byte order mark, CRLF and an emoji."""
    path = tmp_path / "article.txt"
    path.write_bytes("\ufeff“Yes,” 🙂\r\nhe said.\r\n".encode())
    return path


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Return a file of lines."""
    path = tmp_path / "many.jsonl"
    path.write_text("".join(json.dumps({"id": f"d{n}", "text": f"text {n}"}) + "\n" for n in range(5)))
    return path


def test_text_becomes_a_table(inquit: Run, extractor: StandIn, article: Path) -> None:
    """Plain text gives the table for people by default."""
    done = inquit("extract", article)
    assert done.exit_code == 0
    assert "1 quotation, 0 speakers" in done.stdout
    assert "“Yes,” 🙂 he said." in done.stdout


def test_files_are_read_without_any_change(inquit: Run, extractor: StandIn, article: Path) -> None:
    """Byte order mark and CRLF stay, so that offsets fit the file."""
    inquit("extract", article)
    assert extractor.taken[0].text == article.read_bytes().decode()


def test_standard_input(inquit: Run, extractor: StandIn) -> None:
    """Both - and no file at all read standard input, as it is."""
    for arguments in (["extract", "-"], ["extract"]):
        done = inquit(*arguments, "--format", "json", stdin="“A”\r\n".encode())
        assert json.loads(done.stdout)["quotes"][0]["content"][0]["text"] == "“A”\r\n"


def test_json_has_every_field(inquit: Run, extractor: StandIn, article: Path) -> None:
    """One text gives one object of protobuf's JSON form, zeros and empty lists included."""
    record = json.loads(inquit("extract", article, "-f", "json").stdout)
    assert record["documentId"] == str(article)
    assert record["offsetEncoding"] == "OFFSET_ENCODING_UTF32"
    assert record["speakers"] == record["warnings"] == []
    (quote,) = record["quotes"]
    assert quote["kind"] == "QUOTE_KIND_DIRECT"
    assert list(quote["content"][0]) == ["start", "end", "text"]
    assert quote["content"][0]["start"] == 0


def test_json_is_protobufs_own(inquit: Run, extractor: StandIn, article: Path) -> None:
    """Any protobuf library reads the JSON back into the same ExtractResponse."""
    shown = inquit("extract", article, "-f", "json").stdout
    text = article.read_bytes().decode()
    expected = next(extractor.extract_many([Document(str(article), text)], ExtractOptions()))
    assert json_format.Parse(shown, inquit_pb2.ExtractResponse()) == wire.extraction_to_proto(expected)


def test_json_of_several_is_an_array(inquit: Run, extractor: StandIn, article: Path, many: Path) -> None:
    """Several documents give an array, also when there is only one line, or none."""
    assert len(json.loads(inquit("extract", article, article, "-f", "json").stdout)) == 2
    assert len(json.loads(inquit("extract", many, "-f", "json").stdout)) == 5
    assert json.loads(inquit("extract", "-", "--input-format", "jsonl", "-f", "json", stdin=b"").stdout) == []


def test_lines_give_lines_in_order(inquit: Run, extractor: StandIn, many: Path) -> None:
    """A .jsonl file gives one line of JSON each, in the same order."""
    done = inquit("extract", many)
    assert ids(done.stdout) == ["d0", "d1", "d2", "d3", "d4"]
    assert done.stderr == ""


def test_several_files_keep_their_order(inquit: Run, extractor: StandIn, many: Path, article: Path) -> None:
    """Files of both forms may be mixed; the order is that of the command."""
    done = inquit("extract", article, many)
    assert ids(done.stdout) == [str(article), "d0", "d1", "d2", "d3", "d4"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b"{not json", "not JSON"),
        (b'"a string"', 'must be an object with "id" and "text"'),
        (b'{"id": "x"}', '"text" is missing'),
        (b'{"id": "x", "text": 3}', '"text" must be a string'),
        (b'{"id": ["x"], "text": ""}', '"id" must be a string'),
        (b'{"id": "x", "text": "", "languageCode": 3}', '"languageCode" must be a string'),
        (b'{"id": "x", "text": "\xff"}', "not UTF-8 at byte 21"),
        (b"[" * 100_000, "too deep"),
        (b'{"id": "x", "text": "", "n": ' + b"1" * 5000 + b"}", "number too long"),
        (b'{"id": "x", "text": "boom"}', "RuntimeError"),
        (b'{"id": "x", "text": "a", "languageCode": "fr"}', "document.language_code"),
    ],
)
def test_bad_lines_cost_no_others(
    inquit: Run, extractor: StandIn, tmp_path: Path, line: bytes, complaint: str
) -> None:
    """A bad line is one line on stderr with file and number; the others are served; the exit code is 1."""
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b'{"id": "a", "text": "one"}\n\n' + line + b'\n{"id": "b", "text": "two"}')
    extractor.batch = 2
    done = inquit("extract", path)
    assert done.exit_code == 1
    assert ids(done.stdout) == ["a", "b"]
    (told,) = done.stderr.splitlines()
    assert told.startswith(f"inquit: {path}:3: ")
    assert complaint in told


def test_line_ids(inquit: Run, extractor: StandIn) -> None:
    """A line without id is called by its number; a number as id is taken; a byte order mark is passed over."""
    stdin = '\ufeff{"text": "a"}\n{"id": 7, "text": "b"}\n'.encode()
    assert ids(inquit("extract", "--input-format", "jsonl", stdin=stdin).stdout) == ["1", "7"]


def test_only_newlines_end_lines(inquit: Run, extractor: StandIn) -> None:
    """U+2028 and form feeds inside a JSON string end no line."""
    stdin = json.dumps({"id": "a", "text": "x\u2028y\x0cz"}, ensure_ascii=False).encode()
    (record,) = lines(inquit("extract", "--input-format", "jsonl", stdin=stdin).stdout)
    assert record["quotes"][0]["content"][0]["text"] == "x\u2028y\x0cz"


def test_lone_surrogates_are_replaced_with_a_warning(inquit: Run, extractor: StandIn) -> None:
    """Half an emoji in JSON is read as U+FFFD, which keeps every offset, and a warning says so."""
    done = inquit("extract", "--input-format", "jsonl", stdin=b'{"id": "a", "text": "x\\ud83dy"}')
    assert done.exit_code == 0
    assert lines(done.stdout)[0]["quotes"][0]["content"][0]["text"] == "x\ufffdy"
    assert done.stderr == "inquit: -:1: half characters (lone surrogates) are read as U+FFFD\n"


def test_bytes_that_are_no_utf8_are_replaced_with_a_warning(
    inquit: Run, extractor: StandIn, tmp_path: Path
) -> None:
    """A file in another encoding is read as far as it goes, with one line of warning."""
    path = tmp_path / "latin.txt"
    path.write_bytes("“Café”".encode() + b" caf\xe9.")
    done = inquit("extract", path)
    assert done.exit_code == 0
    assert extractor.taken[0].text == "“Café” caf\ufffd."
    assert done.stderr == f"inquit: {path}: not UTF-8 at byte 15; bad bytes are read as U+FFFD\n"


def test_options_reach_the_extractor(inquit: Run, extractor: StandIn, article: Path) -> None:
    """Kinds, confidence and offsets are passed on."""
    inquit(
        "extract", article, "-f", "csv", "--kinds", "indirect, DIRECT", "--min-confidence", "0.4",
        "--offset-encoding", "utf8",
    )  # fmt: skip
    (options,) = extractor.asked
    assert options.kinds == {QuoteKind.DIRECT, QuoteKind.INDIRECT}
    assert options.min_confidence == 0.4
    assert options.offset_encoding is OffsetEncoding.UTF8


def test_formats_without_offsets_ask_for_code_points(inquit: Run, extractor: StandIn, article: Path) -> None:
    """A page is drawn right whatever --offset-encoding says."""
    done = inquit("extract", article, "-f", "html", "--offset-encoding", "utf16")
    assert done.exit_code == 0
    assert extractor.asked[0].offset_encoding is OffsetEncoding.UTF32
    assert "“Yes,” 🙂" in done.stdout


def test_csv(inquit: Run, extractor: StandIn, many: Path) -> None:
    """Any number of documents gives one table with one header."""
    table = list(csv.DictReader(io.StringIO(inquit("extract", many, "-f", "csv").stdout)))
    assert [row["document_id"] for row in table] == ["d0", "d1", "d2", "d3", "d4"]


def test_output_file_names_the_format(inquit: Run, extractor: StandIn, article: Path, tmp_path: Path) -> None:
    """-o writes a file in the format of its name, unless --format says otherwise."""
    page, table = tmp_path / "out.html", tmp_path / "out.txt"
    assert inquit("extract", article, "-o", page).stdout == ""
    assert page.read_text().startswith("<!doctype html>")
    inquit("extract", article, "-o", table, "--format", "csv")
    assert table.read_text().startswith('"document_id",')


def test_lines_stream(inquit: Run, extractor: StandIn, many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each result is written before the next document is read, so memory stays bounded."""
    from inquit.cli.sink import Sink

    taken_at_write: list[int] = []
    monkeypatch.setattr(Sink, "write", lambda *_: taken_at_write.append(len(extractor.taken)))
    inquit("extract", many)
    assert taken_at_write == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--kinds", "shouted"], "direct, mixed, indirect"),
        (["--kinds", ","], "at least one kind"),
        (["--min-confidence", "2"], "--min-confidence"),
        (["--format", "xml"], "--format"),
        (["--offset-encoding", "utf7"], "--offset-encoding"),
        (["--threads", "0"], "--threads"),
        (["--no-such-option"], "--no-such-option"),
        (["nowhere.txt"], "nowhere.txt: no such file"),
        (["."], "is a folder"),
        (["-", "-"], "only once"),
        (["--server", "localhost:1", "--model", "m"], "no effect with --server"),
        (["--server", "localhost:1", "--tls-ca", "nowhere.pem"], "nowhere.pem"),
    ],
)
def test_wrong_calls_are_one_line_and_code_2(
    inquit: Run, extractor: StandIn, arguments: list[str], complaint: str
) -> None:
    """A call that cannot be understood is told in one line and reads nothing."""
    done = inquit("extract", *arguments, stdin=b"x")
    assert done.exit_code == 2
    (told,) = done.stderr.splitlines()
    assert complaint in told
    assert extractor.taken == []


def test_output_is_left_alone_when_input_is_missing(inquit: Run, extractor: StandIn, tmp_path: Path) -> None:
    """A missing input is noticed before the output file is touched."""
    kept = tmp_path / "kept.jsonl"
    kept.write_text("precious")
    assert inquit("extract", "nowhere.txt", "-o", kept).exit_code == 2
    assert kept.read_text() == "precious"


def test_output_that_cannot_be_written(
    inquit: Run, extractor: StandIn, article: Path, tmp_path: Path
) -> None:
    """An output in a folder that is not there is one line, code 1."""
    done = inquit("extract", article, "-o", tmp_path / "no" / "out.csv")
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
    assert "out.csv" in done.stderr


def test_errors_do_not_repeat_text(inquit: Run, extractor: StandIn) -> None:
    """A defect is told by its type alone: its message may hold what the user wrote."""
    done = inquit("extract", stdin=b"boom")
    assert done.exit_code == 1
    assert done.stderr == "inquit: -: could not be read: RuntimeError\n"
