"""The values that travel through inquit: frozen, plain, free of protobuf and of torch.

All offsets count Unicode code points of the document's text, half open, unless a
value says otherwise (`Extraction.offset_encoding`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

__all__ = [
    "DEFAULT_KINDS",
    "Document",
    "ExtractOptions",
    "Extraction",
    "Limits",
    "OffsetEncoding",
    "Quote",
    "QuoteKind",
    "ServiceInfo",
    "Span",
    "Speaker",
    "SpeakerType",
    "TextWarning",
    "Timings",
    "WarningCode",
]


class QuoteKind(StrEnum):
    """How much of the content stands in quotation marks: all, part or none."""

    DIRECT = "direct"
    MIXED = "mixed"
    INDIRECT = "indirect"


DEFAULT_KINDS = frozenset({QuoteKind.DIRECT, QuoteKind.MIXED})


class OffsetEncoding(StrEnum):
    """The unit in which offsets are counted: code points, UTF-16 units or UTF-8 bytes."""

    UTF32 = "utf32"
    UTF16 = "utf16"
    UTF8 = "utf8"


class SpeakerType(StrEnum):
    """What a speaker is."""

    PERSON = "person"
    ORGANIZATION = "organization"
    UNNAMED = "unnamed"
    """Only described in the text: `a senior official`."""
    DOCUMENT = "document"
    """A text that speaks: `the report`."""
    AUTHOR = "author"
    """The writer of the article, not named in it."""


class WarningCode(StrEnum):
    """What was odd about a text, though it was read."""

    UNPAIRED_MARK = "unpaired_mark"
    """A quotation mark without a partner; the likeliest reading was kept."""
    BROKEN_ENCODING = "broken_encoding"
    """Replacement characters, NUL or lone surrogates in the text."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the document: `document.text[start:end] == text` (in code points)."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """One reported utterance with everything the text says about its source."""

    kind: QuoteKind
    content: tuple[Span, ...]
    """The reported words in order; direct content includes its quotation marks."""
    verbatim: tuple[Span, ...] = ()
    """The parts of the content inside quotation marks, without the marks."""
    cue: Span | None = None
    speaker_mention: Span | None = None
    speaker_id: str | None = None
    """Key into `Extraction.speakers`; None where nobody can be named."""
    channel: Span | None = None
    confidence: float = 1.0
    """0 to 1: that this is a quotation."""
    speaker_confidence: float = 0.0
    """0 to 1: that `speaker_id` uttered it; 0 without a speaker."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """An entity that utters at least one of the quotes returned."""

    id: str
    name: str
    """The fullest form in the text, without title; `Mr. Brill` only where another Brill is about.

    Written as it is read: on one line, with single blanks, without tags and entities. `AUTHOR` for
    a writer whom the text does not name: the only name that is not in the text.
    """
    type: SpeakerType
    mentions: tuple[Span, ...] = ()
    """Every place in the text that was read as this speaker, in order."""


@dataclass(frozen=True, slots=True)
class TextWarning:
    """Something odd in the text that did not stop its reading."""

    code: WarningCode
    message: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds spent on a document; `network` is its share of its batches by padded tokens."""

    queue: float = 0.0
    encode: float = 0.0
    network: float = 0.0
    decode: float = 0.0


@dataclass(frozen=True, slots=True)
class Document:
    """One text to read."""

    id: str
    text: str
    language_code: str = ""
    """BCP 47; empty means English."""


@dataclass(frozen=True, slots=True)
class ExtractOptions:
    """What to return, and in which offsets."""

    kinds: frozenset[QuoteKind] = DEFAULT_KINDS
    offset_encoding: OffsetEncoding = OffsetEncoding.UTF32
    min_confidence: float = 0.0
    """0 to 1; quotes with a lower `confidence` or `speaker_confidence` are left out."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything read out of one document."""

    document_id: str
    quotes: tuple[Quote, ...] = ()
    """In the order of their first content span."""
    speakers: tuple[Speaker, ...] = ()
    """In the order of their first quote."""
    offset_encoding: OffsetEncoding = OffsetEncoding.UTF32
    warnings: tuple[TextWarning, ...] = ()
    timings: Timings = field(default_factory=Timings)
    model_version: str = ""

    def speaker(self, quote: Quote) -> Speaker | None:
        """Return the speaker of one of the quotes, or None."""
        return next((s for s in self.speakers if s.id == quote.speaker_id), None)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the service refuses beyond."""

    max_characters: int = 1_000_000
    """Code points of one text."""
    max_batch_documents: int = 256
    max_message_bytes: int = 64 * 1024 * 1024
    """Size of one request or response message."""


@dataclass(frozen=True, slots=True)
class ServiceInfo:
    """What is being served."""

    model_name: str
    model_version: str
    model_sha256: str
    """Of the weight file, hex."""
    languages: tuple[str, ...]
    device: str
    dtype: str
    limits: Limits
    service_version: str = ""
