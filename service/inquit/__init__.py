"""inquit finds quotations in English text and says who uttered them.

Where a request goes, from a program and back:

    client                  a call of `Client` or `AsyncClient`: arguments checked, time limit set
      wire                  our values become protobuf messages, which gRPC carries to the service
        interceptor         request id, token, log line; errors become status codes (`status`)
          servicer          a method of QuoteService: deadline started, document validated
            engine          one document's way through the model:
              extractor.encode    text to overlapping windows of token ids   (`text`, `model.encoding`)
              batcher             windows of all callers wait together and leave as padded batches
              extractor.run       one pass of the network, in its own thread (`model.network`)
              extractor.decode    windows to quotes, mentions to speakers    (`model.decoding`, `resolve`)
          servicer
      wire                  the answer becomes a message, its offsets in the encoding asked for
    client                  a frozen `Extraction`, or one of the errors of `inquit.errors`

`Extractor` is the middle part alone, for use without a service; the command line
(`inquit.cli`) and the evaluation use it too, so what is scored is what is served.
`types` and `errors` are shared by all of it and import nothing.

Importing inquit loads the client and neither torch nor the service; `Extractor` is
imported when it is first named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inquit.client import AsyncClient, Client, Outcome, Tls
from inquit.errors import (
    Cancelled,
    DataError,
    DeadlineExceeded,
    InquitError,
    InternalError,
    InvalidInput,
    ModelError,
    Overloaded,
    PermissionDenied,
    Unauthenticated,
    Unavailable,
    Unimplemented,
)
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

if TYPE_CHECKING:
    from inquit.extractor import Extractor

__all__ = [
    "DEFAULT_KINDS",
    "AsyncClient",
    "Cancelled",
    "Client",
    "DataError",
    "DeadlineExceeded",
    "Document",
    "ExtractOptions",
    "Extraction",
    "Extractor",
    "InquitError",
    "InternalError",
    "InvalidInput",
    "Limits",
    "ModelError",
    "OffsetEncoding",
    "Outcome",
    "Overloaded",
    "PermissionDenied",
    "Quote",
    "QuoteKind",
    "ServiceInfo",
    "Span",
    "Speaker",
    "SpeakerType",
    "TextWarning",
    "Timings",
    "Tls",
    "Unauthenticated",
    "Unavailable",
    "Unimplemented",
    "WarningCode",
]


def __getattr__(name: str) -> Any:
    if name == "Extractor":
        from inquit.extractor import Extractor

        return Extractor
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
