from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from inquit.errors import DataError
from inquit.evaluation.gold import parse_gold, read_gold
from inquit.evaluation.predictions import from_extraction, parse_prediction, read_predictions
from inquit.types import Extraction, Quote, QuoteKind, Span, Speaker, SpeakerType


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "gold.jsonl:2: not JSON"),
        ("[]", "gold.jsonl:2: an object is needed"),
        ('{"text": "a"}', "gold.jsonl:2: id: a string is needed"),
        ('{"id": "a"}', "gold.jsonl:2: text: a string is needed"),
        ('{"id": "a", "text": "b", "quotes": 1}', "quotes: a list of objects is needed"),
        ('{"id": "a", "text": "b", "quotes": [{"kind": "loud"}]}', r"quotes\[0\]: kind: one of direct"),
        ('{"id": "a", "text": "b", "marks": [{"span": [0]}]}', r"marks\[0\]: span: a span is"),
        ('{"id": "a", "text": "b", "marks": [{"span": [1, 0], "speech": true}]}', "not 1 to 0"),
        ('{"id": "a", "text": "b", "marks": [{"span": [0, 1]}]}', "speech: true or false is needed"),
        ('{"id": "a", "text": "b", "set_aside": [[0, 2]]}', "1 characters, but a span ends at 2"),
        ('{"id": "a", "text": "b", "set_aside": [["x", 2]]}', "offsets are whole numbers"),
        (
            '{"id": "a", "text": "b", "entities": {"e": {"mentions": [[0, 1]]}}}',
            r"mention is \[start, end, kind\]",
        ),
        ('{"id": "a", "text": "b", "entities": {"e": {"mentions": {}}}}', "mentions: a list is needed"),
        ('{"id": "a", "text": "b", "entities": {"e": {"mentions": [[0, 2, "PROP"]]}}}', "a span ends at 2"),
        (
            '{"id": "a", "text": "b", "quotes": [{"kind": "direct", "entity": ["E9"]}]}',
            "'E9' is not among the row's entities",
        ),
    ],
)
def test_bad_gold_is_named(tmp_path: Path, line: str, message: str) -> None:
    """A row that cannot be read is reported with its file, line and field."""
    path = tmp_path / "gold.jsonl"
    path.write_text(f'{{"id": "z", "text": ""}}\n{line}\n', encoding="utf-8")
    with pytest.raises(DataError, match=message):
        list(read_gold(path))


def test_missing_and_undecodable_files_are_named(tmp_path: Path) -> None:
    """A file that is not there, or is no UTF-8, is reported by its name."""
    with pytest.raises(DataError, match=r"none\.jsonl"):
        list(read_gold(tmp_path / "none.jsonl"))
    path = tmp_path / "latin.jsonl"
    path.write_bytes(b'{"id": "caf\xe9"}\n')
    with pytest.raises(DataError, match="not UTF-8"):
        list(read_gold(path))


def test_empty_lines_are_skipped(tmp_path: Path) -> None:
    """Blank lines between rows carry no meaning."""
    path = tmp_path / "gold.jsonl"
    path.write_text('\n{"id": "a", "text": ""}\n\n', encoding="utf-8")
    assert [document.id for document in read_gold(path)] == ["a"]


@pytest.mark.parametrize("camel", [True, False])
def test_both_spellings_of_the_json_mapping_are_read(camel: bool) -> None:
    """Protobuf's JSON may spell its fields in camel case or as the proto does; zeros may be left out."""
    mention, speaker, document = (
        ("speakerMention", "speakerId", "documentId")
        if camel
        else ("speaker_mention", "speaker_id", "document_id")
    )
    row: dict[str, Any] = {
        document: "a",
        "quotes": [
            {
                "kind": "QUOTE_KIND_MIXED",
                "content": [{"end": 4}],
                "verbatim": [{"start": 1, "end": 3}],
                mention: {"start": "6", "end": "8"},
                speaker: "s1",
            }
        ],
        "speakers": [{"id": "s1", "name": "Ada Brill"}],
    }
    quote = parse_prediction(row).quotes[0]
    assert quote.content == ((0, 4),)
    assert quote.verbatim == ((1, 3),)
    assert quote.mention == (6, 8)
    assert quote.speaker == "Ada Brill"
    assert quote.cue == ()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"documentId": "a", "offsetEncoding": "OFFSET_ENCODING_UTF16"}, "UTF32"),
        ({"documentId": "a", "quotes": [{"kind": "QUOTE_KIND_X"}]}, "QUOTE_KIND_DIRECT"),
        ({"documentId": "a", "quotes": [{"kind": "direct", "speakerId": "s9"}]}, "'s9' is not among"),
        ({"quotes": []}, "documentId: a string is needed"),
        (
            {"documentId": "a", "quotes": [{"kind": "direct", "confidence": 7}]},
            "confidence: a number from 0 to 1",
        ),
        ({"documentId": "a", "quotes": [{"kind": "direct", "confidence": "high"}]}, "a number from 0 to 1"),
    ],
)
def test_bad_predictions_are_named(tmp_path: Path, row: dict[str, Any], message: str) -> None:
    """Answers that cannot be scored are refused with the line and the field."""
    path = tmp_path / "answers.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_predictions(path)


@pytest.mark.parametrize(
    ("speaker", "name"),
    [
        ({"type": "SPEAKER_TYPE_AUTHOR"}, "AUTHOR"),
        ({"type": "SPEAKER_TYPE_AUTHOR", "name": ""}, "AUTHOR"),
        ({"type": "author"}, "AUTHOR"),
        ({"type": "SPEAKER_TYPE_AUTHOR", "name": "Ada Brill"}, "Ada Brill"),
        ({"type": "SPEAKER_TYPE_PERSON"}, ""),
        ({}, ""),
    ],
)
def test_a_speaker_without_a_name_is_read(speaker: dict[str, str], name: str) -> None:
    """A writer whom the text does not name is compared as `AUTHOR`, the name that gold has for it."""
    row: dict[str, Any] = {
        "documentId": "a",
        "quotes": [{"kind": "QUOTE_KIND_INDIRECT", "content": [{"end": 4}], "speakerId": "s1"}],
        "speakers": [{"id": "s1"} | speaker],
    }
    assert parse_prediction(row).quotes[0].speaker == name


@pytest.mark.parametrize(
    ("kind", "name"), [(SpeakerType.AUTHOR, "AUTHOR"), (SpeakerType.PERSON, "")], ids=["author", "person"]
)
def test_an_extraction_without_a_name_is_read_alike(kind: SpeakerType, name: str) -> None:
    """What was extracted in this process is reduced as its JSON form is."""
    quote = Quote(QuoteKind.INDIRECT, (Span(0, 4, "that"),), speaker_id="s1")
    extraction = Extraction("a", (quote,), (Speaker("s1", "", kind),))
    assert from_extraction(extraction).quotes[0].speaker == name


def test_an_extraction_and_its_json_form_are_reduced_alike() -> None:
    """Type, mentions, channel and confidences are scored from either form."""
    quote = Quote(
        QuoteKind.DIRECT,
        (Span(0, 5, "“Go,”"),),
        (Span(1, 4, "Go,"),),
        cue=Span(10, 14, "said"),
        speaker_mention=Span(6, 9, "Ann"),
        speaker_id="s1",
        channel=Span(15, 23, "on Chirp"),
        confidence=0.75,
        speaker_confidence=0.5,
    )
    speaker = Speaker("s1", "Ann", SpeakerType.PERSON, (Span(6, 9, "Ann"), Span(30, 33, "she")))
    row = {
        "documentId": "a",
        "quotes": [
            {
                "kind": "QUOTE_KIND_DIRECT",
                "content": [{"end": 5}],
                "verbatim": [{"start": 1, "end": 4}],
                "cue": {"start": 10, "end": 14},
                "speakerMention": {"start": 6, "end": 9},
                "speakerId": "s1",
                "channel": {"start": 15, "end": 23},
                "confidence": 0.75,
                "speakerConfidence": 0.5,
            }
        ],
        "speakers": [
            {
                "id": "s1",
                "name": "Ann",
                "type": "SPEAKER_TYPE_PERSON",
                "mentions": [{"start": 6, "end": 9}, {"start": 30, "end": 33}],
            }
        ],
    }
    assert from_extraction(Extraction("a", (quote,), (speaker,))) == parse_prediction(row)
    (reduced,) = parse_prediction(row).quotes
    assert (reduced.speaker_type, reduced.speaker_mentions) == ("person", ((6, 9), (30, 33)))
    assert (reduced.channel, reduced.confidence, reduced.speaker_confidence) == ((15, 23), 0.75, 0.5)


def test_an_answer_given_twice_is_refused(tmp_path: Path) -> None:
    """Two answers for one document leave open which is meant."""
    path = tmp_path / "answers.jsonl"
    path.write_text('{"documentId": "a"}\n{"documentId": "a"}\n', encoding="utf-8")
    with pytest.raises(DataError, match="'a' stands in the file twice"):
        read_predictions(path)


def test_entities_without_a_name_are_read() -> None:
    """Corpora of fiction have speakers that the text never names."""
    gold = parse_gold(
        {
            "id": "a",
            "text": "“Go.”",
            "quotes": [{"kind": "direct", "content": [[0, 5]], "entity": ["YOU-0"]}],
            "entities": {"YOU-0": {"type": "PER", "name": None}},
        }
    )
    assert gold.quotes[0].entities[0].name == ""
    assert gold.quotes[0].entities[0].named
