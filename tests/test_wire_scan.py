from __future__ import annotations

from contextlib import suppress
from itertools import islice
from typing import Any

import pytest
from google.protobuf.message import DecodeError
from hypothesis import example, given
from hypothesis import strategies as st

from inquit._gen.inquit.v1 import inquit_pb2 as pb
from inquit.wire_scan import GroupFound, fields_of

_DOCUMENTS = pb.BatchExtractRequest.DOCUMENTS_FIELD_NUMBER


@given(
    st.lists(st.builds(pb.Document, id=st.text(max_size=3), text=st.text(max_size=300)), max_size=9),
    st.lists(st.sampled_from(pb.QuoteKind.values()), max_size=3),
)
def test_fields_are_told_as_the_parser_would(documents: list[pb.Document], kinds: list[Any]) -> None:
    """Of every message, whatever else it holds."""
    options = pb.ExtractOptions(kinds=kinds, min_confidence=0.5)
    message = pb.BatchExtractRequest(documents=documents, options=options).SerializeToString()
    assert list(fields_of(message)).count(_DOCUMENTS) == len(documents)


@given(
    st.lists(
        st.sampled_from([b"\x0a\x00", b"\x0a", b"\x12\x00", b"\x18", b"\x1b", b"\x1c", b"\x1d", b"\x01"])
    )
)
@example([b"\x1b", b"\x1c", b"\x0a\x00"])
def test_no_document_is_missed(pieces: list[bytes]) -> None:
    """In bytes that the parser takes for a message there are as many, or a group is told."""
    message = b"".join(pieces)
    try:
        parsed = pb.BatchExtractRequest.FromString(message)
    except DecodeError:
        return
    try:
        found = list(fields_of(message)).count(_DOCUMENTS)
    except GroupFound:
        return
    assert found >= len(parsed.documents)


@given(st.binary(max_size=40))
def test_bytes_that_are_no_message_come_to_an_end(junk: bytes) -> None:
    """No more fields are told than there are bytes, so that the parser gets to refuse them."""
    with suppress(GroupFound):
        assert len(list(fields_of(junk))) <= len(junk)


def test_groups_are_told() -> None:
    """Of the field of documents as well as of others."""
    for group in (b"\x0b\x0c", b"\x1b\x1c", b"\x33\x34"):
        with pytest.raises(GroupFound):
            list(fields_of(group))


def test_millions_of_fields_are_told_one_by_one() -> None:
    """Who asks for a few does not wait for all."""
    assert list(islice(fields_of(b"\x0a\x00" * 8_000_000), 3)) == [_DOCUMENTS] * 3
