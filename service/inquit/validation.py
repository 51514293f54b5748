"""What a request may hold: the checks of the service and of the in-process command line.

Error texts name the limit and never quote the caller's text.
"""

from __future__ import annotations

from inquit.errors import InvalidInput
from inquit.types import Document, ExtractOptions, Limits
from inquit.wire_scan import GroupFound, fields_of

__all__ = [
    "answer_too_large",
    "validate_answer_bytes",
    "validate_batch_bytes",
    "validate_batch_size",
    "validate_document",
    "validate_options",
]

_DOCUMENTS_FIELD = 1
"""Number of `documents` in BatchExtractRequest."""

_MAX_OTHERS = 64
"""Fields beside the documents: the options, which may be sent in parts, and those of later versions."""

_MAX_NAME = 1024
"""Characters of an id or a language tag."""


def validate_document(document: Document, limits: Limits, field: str = "document") -> None:
    """Raise InvalidInput unless the document can be read; `field` is its path in the request."""
    if len(document.text) > limits.max_characters:
        raise InvalidInput(
            f"the text has {len(document.text)} characters, the limit is {limits.max_characters}",
            field=f"{field}.text",
            reason="TEXT_TOO_LONG",
        )
    for name, value in (("id", document.id), ("language_code", document.language_code)):
        if len(value) > _MAX_NAME:
            raise InvalidInput(
                f"has {len(value)} characters, the limit is {_MAX_NAME}",
                field=f"{field}.{name}",
                reason="VALUE_TOO_LONG",
            )
    if not _is_english(document.language_code):
        raise InvalidInput(
            "the language is not supported; leave it empty or give en or a tag that starts with en-",
            field=f"{field}.language_code",
            reason="LANGUAGE_UNSUPPORTED",
        )


def validate_options(options: ExtractOptions, field: str = "options") -> None:
    """Raise InvalidInput unless the options ask for something; `field` is their path in the request."""
    if not options.kinds:
        raise InvalidInput("at least one kind of quotation is needed", field=f"{field}.kinds")
    # Written so that NaN is refused.
    if not 0.0 <= options.min_confidence <= 1.0:
        raise InvalidInput(
            f"{options.min_confidence} is not between 0 and 1",
            field=f"{field}.min_confidence",
            reason="OUT_OF_RANGE",
        )


def validate_batch_bytes(message: bytes, limits: Limits, field: str = "documents") -> None:
    """Raise InvalidInput when a BatchExtractRequest has more documents than the limit, without parsing it.

    Nor may it hold much beside its documents: what is looked at here keeps every other call waiting.
    """
    documents = others = 0
    try:
        for number in fields_of(message):
            documents += number == _DOCUMENTS_FIELD
            others += number != _DOCUMENTS_FIELD
            validate_batch_size(documents, limits, field)
            if others > _MAX_OTHERS:
                raise _unknown_fields()
    except GroupFound:
        raise _unknown_fields() from None


def validate_batch_size(documents: int, limits: Limits, field: str = "documents") -> None:
    """Raise InvalidInput when a batch has more documents than the limit."""
    if documents > limits.max_batch_documents:
        raise InvalidInput(
            f"the batch has more documents than the limit, {limits.max_batch_documents}",
            field=field,
            reason="TOO_MANY_DOCUMENTS",
        )


def validate_answer_bytes(size: int, limits: Limits) -> None:
    """Raise InvalidInput when an answer cannot be sent."""
    if size > limits.max_message_bytes:
        raise answer_too_large(size, limits)


def answer_too_large(size: int, limits: Limits, field: str = "document.text") -> InvalidInput:
    """Return the error of the text whose answer cannot be sent."""
    return InvalidInput(
        f"the answer has {size} bytes, the limit is {limits.max_message_bytes}",
        field=field,
        reason="ANSWER_TOO_LARGE",
    )


def _unknown_fields() -> InvalidInput:
    return InvalidInput("the request has fields that this method does not have", reason="UNREADABLE_MESSAGE")


def _is_english(language_code: str) -> bool:
    # BCP 47 tags are compared without regard to case.
    code = language_code.lower()
    return code in {"", "en"} or code.startswith("en-")
