"""Our values as protobuf messages and back: the edge where protobuf stops.

What comes from a caller is refused with InvalidInput naming the field; what comes from a
service with a value that this version does not know raises InternalError.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Generic, TypeVar

from inquit._gen.inquit.v1 import inquit_pb2 as pb
from inquit.errors import InternalError, InvalidInput
from inquit.types import (
    DEFAULT_KINDS,
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

__all__ = [
    "document_from_proto",
    "document_to_proto",
    "extraction_from_proto",
    "extraction_to_proto",
    "info_from_proto",
    "info_to_proto",
    "options_from_proto",
    "options_to_proto",
]

_MOST_KINDS = 16
"""Entries of a list that has three values; a longer one keeps the event loop busy."""

_E = TypeVar("_E", bound=StrEnum)


class _Names(Generic[_E]):
    """Pairs our members with protobuf's numbers by name: DIRECT with QUOTE_KIND_DIRECT."""

    def __init__(self, ours: type[_E], theirs: Any, prefix: str) -> None:
        self.numbers: dict[_E, Any] = {member: theirs.Value(prefix + member.name) for member in ours}
        self._members = {number: member for member, number in self.numbers.items()}
        self._word = ours.__name__

    def find(self, number: int) -> _E | None:
        return self._members.get(number)

    def asked(self, number: int, field: str) -> _E:
        """Return the member that a caller asked for."""
        if (member := self._members.get(number)) is None:
            names = ", ".join(sorted(self.numbers))
            raise InvalidInput(
                f"{number} is not one of the values that can be asked for: {names}",
                field=field,
                reason="UNKNOWN_ENUM_VALUE",
            )
        return member

    def answered(self, number: int) -> _E:
        """Return the member that a service answered with."""
        if (member := self._members.get(number)) is None:
            raise InternalError(
                f"the service answered with a {self._word} that this client does not know: {number}"
            )
        return member


_KINDS = _Names(QuoteKind, pb.QuoteKind, "QUOTE_KIND_")
_ENCODINGS = _Names(OffsetEncoding, pb.OffsetEncoding, "OFFSET_ENCODING_")
_SPEAKER_TYPES = _Names(SpeakerType, pb.SpeakerType, "SPEAKER_TYPE_")
_WARNING_CODES = _Names(WarningCode, pb.WarningCode, "WARNING_CODE_")


def document_to_proto(document: Document) -> pb.Document:
    """Return the message; the text must be encodable, lone surrogates raise InvalidInput."""
    try:
        return pb.Document(id=document.id, text=document.text, language_code=document.language_code)
    except (ValueError, UnicodeError):
        # The foreign message quotes the text, so it is not carried along.
        raise InvalidInput(
            "holds a lone surrogate, which cannot be sent", field="document", reason="BROKEN_ENCODING"
        ) from None


def document_from_proto(message: pb.Document) -> Document:
    """Return the value; an unset message is an empty text without id."""
    return Document(message.id, message.text, message.language_code)


def options_to_proto(options: ExtractOptions) -> pb.ExtractOptions:
    """Return the message, with everything spelled out."""
    return pb.ExtractOptions(
        kinds=sorted(_KINDS.numbers[kind] for kind in options.kinds),
        offset_encoding=_ENCODINGS.numbers[options.offset_encoding],
        min_confidence=options.min_confidence,
    )


def options_from_proto(message: pb.ExtractOptions, field: str = "options") -> ExtractOptions:
    """Return the value with defaults filled in; `field` is the message's path in the request."""
    encoding = message.offset_encoding or pb.OFFSET_ENCODING_UTF32
    if len(message.kinds) > _MOST_KINDS:
        raise InvalidInput(
            f"has {len(message.kinds)} entries, the limit is {_MOST_KINDS}",
            field=f"{field}.kinds",
            reason="VALUE_TOO_LONG",
        )
    kinds = (_KINDS.asked(kind, f"{field}.kinds[{index}]") for index, kind in enumerate(message.kinds))
    return ExtractOptions(
        kinds=frozenset(kinds) or DEFAULT_KINDS,
        offset_encoding=_ENCODINGS.asked(encoding, f"{field}.offset_encoding"),
        min_confidence=message.min_confidence,
    )


def extraction_to_proto(extraction: Extraction) -> pb.ExtractResponse:
    """Return the message."""
    timings = extraction.timings
    return pb.ExtractResponse(
        document_id=extraction.document_id,
        quotes=[_quote_to_proto(quote) for quote in extraction.quotes],
        speakers=[
            pb.Speaker(
                id=speaker.id,
                name=speaker.name,
                type=_SPEAKER_TYPES.numbers[speaker.type],
                mentions=_spans_to_proto(speaker.mentions),
            )
            for speaker in extraction.speakers
        ],
        offset_encoding=_ENCODINGS.numbers[extraction.offset_encoding],
        warnings=[
            pb.Warning(
                code=_WARNING_CODES.numbers[warning.code],
                message=warning.message,
                span=_span_to_proto(warning.span),
            )
            for warning in extraction.warnings
        ],
        timings=pb.Timings(
            queue_seconds=timings.queue,
            encode_seconds=timings.encode,
            network_seconds=timings.network,
            decode_seconds=timings.decode,
        ),
        model_version=extraction.model_version,
    )


def extraction_from_proto(message: pb.ExtractResponse) -> Extraction:
    """Return the value; a warning of a kind that a later version invented is left out."""
    timings = message.timings
    return Extraction(
        document_id=message.document_id,
        quotes=tuple(_quote_from_proto(quote) for quote in message.quotes),
        speakers=tuple(
            Speaker(
                id=speaker.id,
                name=speaker.name,
                type=_SPEAKER_TYPES.answered(speaker.type),
                mentions=_spans_from_proto(speaker.mentions),
            )
            for speaker in message.speakers
        ),
        offset_encoding=_ENCODINGS.answered(message.offset_encoding),
        warnings=tuple(
            TextWarning(code, warning.message, _span_from_proto(warning, "span"))
            for warning in message.warnings
            if (code := _WARNING_CODES.find(warning.code)) is not None
        ),
        timings=Timings(
            queue=timings.queue_seconds,
            encode=timings.encode_seconds,
            network=timings.network_seconds,
            decode=timings.decode_seconds,
        ),
        model_version=message.model_version,
    )


def info_to_proto(info: ServiceInfo) -> pb.GetServiceInfoResponse:
    """Return the message."""
    return pb.GetServiceInfoResponse(
        model_name=info.model_name,
        model_version=info.model_version,
        model_sha256=info.model_sha256,
        languages=info.languages,
        device=info.device,
        dtype=info.dtype,
        limits=pb.Limits(
            max_characters=info.limits.max_characters,
            max_batch_documents=info.limits.max_batch_documents,
            max_message_bytes=info.limits.max_message_bytes,
        ),
        service_version=info.service_version,
    )


def info_from_proto(message: pb.GetServiceInfoResponse) -> ServiceInfo:
    """Return the value."""
    return ServiceInfo(
        model_name=message.model_name,
        model_version=message.model_version,
        model_sha256=message.model_sha256,
        languages=tuple(message.languages),
        device=message.device,
        dtype=message.dtype,
        limits=Limits(
            max_characters=message.limits.max_characters,
            max_batch_documents=message.limits.max_batch_documents,
            max_message_bytes=message.limits.max_message_bytes,
        ),
        service_version=message.service_version,
    )


def _quote_to_proto(quote: Quote) -> pb.Quote:
    return pb.Quote(
        kind=_KINDS.numbers[quote.kind],
        content=_spans_to_proto(quote.content),
        verbatim=_spans_to_proto(quote.verbatim),
        cue=_span_to_proto(quote.cue),
        speaker_mention=_span_to_proto(quote.speaker_mention),
        speaker_id=quote.speaker_id or "",
        channel=_span_to_proto(quote.channel),
        confidence=quote.confidence,
        speaker_confidence=quote.speaker_confidence,
    )


def _quote_from_proto(message: pb.Quote) -> Quote:
    return Quote(
        kind=_KINDS.answered(message.kind),
        content=_spans_from_proto(message.content),
        verbatim=_spans_from_proto(message.verbatim),
        cue=_span_from_proto(message, "cue"),
        speaker_mention=_span_from_proto(message, "speaker_mention"),
        speaker_id=message.speaker_id or None,
        channel=_span_from_proto(message, "channel"),
        confidence=message.confidence,
        speaker_confidence=message.speaker_confidence,
    )


def _span_to_proto(span: Span | None) -> pb.Span | None:
    return None if span is None else pb.Span(start=span.start, end=span.end, text=span.text)


def _spans_to_proto(spans: Iterable[Span]) -> list[pb.Span]:
    return [pb.Span(start=span.start, end=span.end, text=span.text) for span in spans]


def _span_from_proto(message: pb.Quote | pb.Warning, name: str) -> Span | None:
    """Return the span in that field of the message, or None where it is unset."""
    if not message.HasField(name):
        return None
    span: pb.Span = getattr(message, name)
    return Span(span.start, span.end, span.text)


def _spans_from_proto(messages: Iterable[pb.Span]) -> tuple[Span, ...]:
    return tuple(Span(span.start, span.end, span.text) for span in messages)
