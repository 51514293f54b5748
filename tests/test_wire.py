from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict

from inquit import wire
from inquit._gen.inquit.v1 import inquit_pb2 as pb
from inquit.errors import InternalError, InvalidInput
from inquit.types import (
    Document,
    Extraction,
    ExtractOptions,
    Limits,
    OffsetEncoding,
    Quote,
    QuoteKind,
    ServiceInfo,
    Span,
    Speaker,
    SpeakerType,
    TextWarning,
    Timings,
    WarningCode,
)

TEXT = "“We go,” said Ada Brunn on Monday’s radio."
FULL = Extraction(
    document_id="d-1",
    quotes=(
        Quote(
            QuoteKind.DIRECT,
            content=(Span(0, 8, "“We go,”"),),
            verbatim=(Span(1, 7, "We go,"),),
            cue=Span(9, 13, "said"),
            speaker_mention=Span(14, 23, "Ada Brunn"),
            speaker_id="s1",
            channel=Span(24, 42, "on Monday’s radio"),
            confidence=0.1 + 0.2,
            speaker_confidence=1 / 3,
        ),
        Quote(QuoteKind.INDIRECT, content=(Span(0, 0, ""),)),
    ),
    speakers=(Speaker("s1", "Ada Brunn", SpeakerType.PERSON, (Span(14, 23, "Ada Brunn"),)),),
    offset_encoding=OffsetEncoding.UTF16,
    warnings=(
        TextWarning(WarningCode.UNPAIRED_MARK, "no partner", Span(0, 1, "“")),
        TextWarning(WarningCode.BROKEN_ENCODING, "odd"),
    ),
    timings=Timings(0.1, 0.2, 0.3, 0.4),
    model_version="1.2.3",
)


def test_extraction_survives_the_wire() -> None:
    """What the service read is what the client gets, to the last bit, unset spans included."""
    sent = wire.extraction_to_proto(FULL).SerializeToString()
    assert wire.extraction_from_proto(pb.ExtractResponse.FromString(sent)) == FULL


def test_empty_span_is_not_an_unset_one() -> None:
    """A span at 0..0 stays a span; only a missing one is None."""
    quote = Quote(QuoteKind.MIXED, content=(), cue=Span(0, 0, ""))
    sent = wire.extraction_to_proto(Extraction("d", quotes=(quote,)))
    assert wire.extraction_from_proto(sent).quotes == (quote,)


def test_json_form_has_the_names_that_programs_read() -> None:
    """The JSON form keeps its names: outside programs read them."""
    row = MessageToDict(wire.extraction_to_proto(FULL))
    quote = row["quotes"][0]
    assert row["documentId"] == "d-1"
    assert quote["kind"] == "QUOTE_KIND_DIRECT"
    assert quote["verbatim"] == [{"start": 1, "end": 7, "text": "We go,"}]
    assert quote["speakerMention"] == {"start": 14, "end": 23, "text": "Ada Brunn"}
    assert quote["cue"]["text"] == "said"
    assert {quote["speakerId"]: "Ada Brunn"} == {row["speakers"][0]["id"]: row["speakers"][0]["name"]}


def test_document_survives_the_wire() -> None:
    """Id, text and language arrive as they were given."""
    document = Document("\n", "a\r\n\u202eb\U0001f600\x00", "en-GB")
    assert wire.document_from_proto(wire.document_to_proto(document)) == document


def test_lone_surrogates_are_refused_without_quoting_the_text() -> None:
    """A text that UTF-8 cannot hold is the caller's error, and the error does not repeat the text."""
    with pytest.raises(InvalidInput) as caught:
        wire.document_to_proto(Document("d", "secret \ud800"))
    assert caught.value.field == "document"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "options",
    [
        ExtractOptions(),
        ExtractOptions(frozenset(QuoteKind), OffsetEncoding.UTF8, 0.7),
        ExtractOptions(frozenset({QuoteKind.INDIRECT}), OffsetEncoding.UTF16, 1.0),
    ],
)
def test_options_survive_the_wire(options: ExtractOptions) -> None:
    """Options arrive as they were given."""
    assert wire.options_from_proto(wire.options_to_proto(options)) == options


def test_unset_options_are_the_defaults() -> None:
    """An empty message means what ExtractOptions() means."""
    assert wire.options_from_proto(pb.ExtractOptions()) == ExtractOptions()


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (pb.ExtractOptions(kinds=[1, 0]), "options.kinds[1]"),  # type: ignore[list-item]
        (pb.ExtractOptions(kinds=[77]), "options.kinds[0]"),  # type: ignore[list-item]
        (pb.ExtractOptions(offset_encoding=9), "options.offset_encoding"),  # type: ignore[arg-type]
    ],
)
def test_unknown_values_are_refused_by_field(message: pb.ExtractOptions, field: str) -> None:
    """A value that the contract does not have is refused, and the error says where it stood."""
    with pytest.raises(InvalidInput) as caught:
        wire.options_from_proto(message)
    assert (caught.value.field, caught.value.reason) == (field, "UNKNOWN_ENUM_VALUE")


@pytest.mark.parametrize(
    "message",
    [
        pb.ExtractResponse(offset_encoding=1, quotes=[pb.Quote(kind=77)]),  # type: ignore[arg-type]
        pb.ExtractResponse(offset_encoding=1, speakers=[pb.Speaker(type=77)]),  # type: ignore[arg-type]
        pb.ExtractResponse(offset_encoding=77),  # type: ignore[arg-type]
    ],
)
def test_answers_of_a_later_contract_are_a_named_failure(message: pb.ExtractResponse) -> None:
    """A client never guesses what an unknown kind, type or encoding means."""
    with pytest.raises(InternalError, match="does not know: 77"):
        wire.extraction_from_proto(message)


def test_endless_lists_are_refused() -> None:
    """A list of millions of kinds is refused by its length, not read."""
    with pytest.raises(InvalidInput) as caught:
        wire.options_from_proto(pb.ExtractOptions(kinds=[pb.QUOTE_KIND_DIRECT] * 17))
    assert caught.value.field == "options.kinds"
    assert "the limit is 16" in caught.value.message


def test_warnings_of_a_later_contract_are_left_out() -> None:
    """A new kind of warning does not cost an old client the answer."""
    message = pb.ExtractResponse(
        offset_encoding=1,  # type: ignore[arg-type]
        warnings=[pb.Warning(code=77), pb.Warning(code=1, message="m")],  # type: ignore[arg-type]
    )
    found = wire.extraction_from_proto(message).warnings
    assert found == (TextWarning(WarningCode.UNPAIRED_MARK, "m"),)


def test_info_survives_the_wire() -> None:
    """The service's own words about itself arrive whole."""
    info = ServiceInfo("m", "1", "ab", ("en",), "cpu", "float32", Limits(10, 20, 30), "0.1")
    assert wire.info_from_proto(wire.info_to_proto(info)) == info


@pytest.mark.parametrize(
    ("ours", "theirs", "prefix"),
    [
        (QuoteKind, pb.QuoteKind, "QUOTE_KIND_"),
        (OffsetEncoding, pb.OffsetEncoding, "OFFSET_ENCODING_"),
        (SpeakerType, pb.SpeakerType, "SPEAKER_TYPE_"),
        (WarningCode, pb.WarningCode, "WARNING_CODE_"),
    ],
)
def test_enums_have_the_same_members(ours: type[StrEnum], theirs: Any, prefix: str) -> None:
    """Contract and code name the same things; only _UNSPECIFIED is the contract's alone."""
    assert {prefix + member.name for member in ours} | {f"{prefix}UNSPECIFIED"} == set(theirs.keys())
