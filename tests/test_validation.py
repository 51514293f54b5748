from __future__ import annotations

import math

import pytest

from inquit.errors import InvalidInput
from inquit.types import Document, ExtractOptions, Limits
from inquit.validation import validate_batch_bytes, validate_batch_size, validate_document, validate_options

LIMITS = Limits(max_characters=5, max_batch_documents=2)


@pytest.mark.parametrize("text", ["", "12345", "\U0001f600" * 5, "\x00\ufffd"])
def test_texts_up_to_the_limit_are_valid(text: str) -> None:
    """The limit counts code points, and an empty text is fine."""
    validate_document(Document("d", text), LIMITS)


def test_longer_text_is_refused_with_field_and_limit() -> None:
    """The error names the field and the limit, and does not repeat the text."""
    with pytest.raises(InvalidInput, match="6 characters, the limit is 5") as caught:
        validate_document(Document("d", "secret"), LIMITS, "documents[3]")
    assert (caught.value.field, caught.value.reason) == ("documents[3].text", "TEXT_TOO_LONG")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("code", ["", "en", "EN", "en-GB", "en-Latn-US"])
def test_english_is_read(code: str) -> None:
    """Every way to say English is understood, and no language means English."""
    validate_document(Document("d", "a", code), LIMITS)


@pytest.mark.parametrize("code", ["de", "eng", "en_US", "e", "x-en", " en"])
def test_other_languages_are_refused(code: str) -> None:
    """A text in another language is refused rather than misread."""
    with pytest.raises(InvalidInput) as caught:
        validate_document(Document("d", "a", code), LIMITS)
    assert (caught.value.field, caught.value.reason) == ("document.language_code", "LANGUAGE_UNSUPPORTED")


@pytest.mark.parametrize("confidence", [0.0, 0.5, 1.0])
def test_confidences_are_probabilities(confidence: float) -> None:
    """Both ends of the range are valid."""
    validate_options(ExtractOptions(min_confidence=confidence))


@pytest.mark.parametrize("confidence", [-0.1, 1.1, math.nan, math.inf])
def test_other_confidences_are_refused(confidence: float) -> None:
    """A threshold that nothing or everything would pass by mistake is refused."""
    with pytest.raises(InvalidInput, match="between 0 and 1") as caught:
        validate_options(ExtractOptions(min_confidence=confidence))
    assert caught.value.field == "options.min_confidence"


def test_no_kind_at_all_is_refused() -> None:
    """Asking for nothing is a mistake, not an empty answer."""
    with pytest.raises(InvalidInput, match="kind"):
        validate_options(ExtractOptions(kinds=frozenset()))


def test_batches_up_to_the_limit_are_valid() -> None:
    """The limit itself is allowed; one more is refused with the limit."""
    document = b"\x0a\x00"
    validate_batch_bytes(2 * document, LIMITS)
    with pytest.raises(InvalidInput, match="more documents than the limit, 2") as caught:
        validate_batch_bytes(3 * document, LIMITS)
    assert caught.value.field == "documents"


@pytest.mark.parametrize("first", [b"\x1b\x1c", b"\x0b\x0c", b"\x1c"], ids=["unknown", "documents", "end"])
def test_a_group_hides_no_documents(first: bytes) -> None:
    """A parser steps over it, and would read all that stand behind."""
    with pytest.raises(InvalidInput) as caught:
        validate_batch_bytes(first + 3 * b"\x0a\x00", LIMITS)
    assert caught.value.reason == "UNREADABLE_MESSAGE"


def test_fields_that_no_batch_has_are_few_or_refused() -> None:
    """A later version's are passed over, as everywhere; millions would keep all other calls waiting."""
    unknown = b"\x18\x01"
    validate_batch_bytes(unknown * 64 + b"\x0a\x00", LIMITS)
    for other in (unknown, b"\x12\x00"):
        with pytest.raises(InvalidInput) as caught:
            validate_batch_bytes(other * 4_000_000, LIMITS)
        assert caught.value.reason == "UNREADABLE_MESSAGE"


def test_the_number_of_documents_is_also_checked_once_they_are_parsed() -> None:
    """Whatever the look at the bytes has missed."""
    validate_batch_size(2, LIMITS)
    with pytest.raises(InvalidInput, match="more documents than the limit, 2") as caught:
        validate_batch_size(3, LIMITS)
    assert caught.value.reason == "TOO_MANY_DOCUMENTS"


def test_ids_and_language_tags_have_a_limit() -> None:
    """What is sent back or compared stays small; the error names the field and the limit."""
    validate_document(Document("d" * 1024, "a", "en-" + "x" * 1021), LIMITS)
    for document, field in (
        (Document("d" * 1025, "a"), "document.id"),
        (Document("d", "a", "en-" + "x" * 1022), "document.language_code"),
    ):
        with pytest.raises(InvalidInput, match="has 1025 characters, the limit is 1024") as caught:
            validate_document(document, LIMITS)
        assert (caught.value.field, caught.value.reason) == (field, "VALUE_TOO_LONG")
