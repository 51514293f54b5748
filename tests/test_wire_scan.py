from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from inquit._gen.inquit.v1 import inquit_pb2 as pb
from inquit.wire_scan import has_more_than

_DOCUMENTS = pb.BatchExtractRequest.DOCUMENTS_FIELD_NUMBER


@given(
    st.lists(st.builds(pb.Document, id=st.text(max_size=3), text=st.text(max_size=300)), max_size=9),
    st.lists(st.sampled_from(pb.QuoteKind.values()), max_size=3),
    st.integers(0, 9),
)
def test_documents_are_counted_as_the_parser_would(
    documents: list[pb.Document], kinds: list[Any], most: int
) -> None:
    """Of every message, whatever else it holds."""
    options = pb.ExtractOptions(kinds=kinds, min_confidence=0.5)
    message = pb.BatchExtractRequest(documents=documents, options=options).SerializeToString()
    assert has_more_than(message, _DOCUMENTS, most) == (len(documents) > most)


@given(st.binary(max_size=40))
def test_bytes_that_are_no_message_do_no_harm(junk: bytes) -> None:
    """They are the parser's to refuse."""
    assert has_more_than(junk, _DOCUMENTS, 40) is False


def test_millions_of_empty_documents_are_told_at_once() -> None:
    """No more of them are looked at than are allowed."""
    assert has_more_than(b"\x0a\x00" * 2_000_000, _DOCUMENTS, 256)
