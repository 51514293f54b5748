from google.rpc import status_pb2 as _status_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class QuoteKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    QUOTE_KIND_UNSPECIFIED: _ClassVar[QuoteKind]
    QUOTE_KIND_DIRECT: _ClassVar[QuoteKind]
    QUOTE_KIND_MIXED: _ClassVar[QuoteKind]
    QUOTE_KIND_INDIRECT: _ClassVar[QuoteKind]

class OffsetEncoding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OFFSET_ENCODING_UNSPECIFIED: _ClassVar[OffsetEncoding]
    OFFSET_ENCODING_UTF32: _ClassVar[OffsetEncoding]
    OFFSET_ENCODING_UTF16: _ClassVar[OffsetEncoding]
    OFFSET_ENCODING_UTF8: _ClassVar[OffsetEncoding]

class SpeakerType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SPEAKER_TYPE_UNSPECIFIED: _ClassVar[SpeakerType]
    SPEAKER_TYPE_PERSON: _ClassVar[SpeakerType]
    SPEAKER_TYPE_ORGANIZATION: _ClassVar[SpeakerType]
    SPEAKER_TYPE_UNNAMED: _ClassVar[SpeakerType]
    SPEAKER_TYPE_DOCUMENT: _ClassVar[SpeakerType]
    SPEAKER_TYPE_AUTHOR: _ClassVar[SpeakerType]

class WarningCode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WARNING_CODE_UNSPECIFIED: _ClassVar[WarningCode]
    WARNING_CODE_UNPAIRED_MARK: _ClassVar[WarningCode]
    WARNING_CODE_BROKEN_ENCODING: _ClassVar[WarningCode]
QUOTE_KIND_UNSPECIFIED: QuoteKind
QUOTE_KIND_DIRECT: QuoteKind
QUOTE_KIND_MIXED: QuoteKind
QUOTE_KIND_INDIRECT: QuoteKind
OFFSET_ENCODING_UNSPECIFIED: OffsetEncoding
OFFSET_ENCODING_UTF32: OffsetEncoding
OFFSET_ENCODING_UTF16: OffsetEncoding
OFFSET_ENCODING_UTF8: OffsetEncoding
SPEAKER_TYPE_UNSPECIFIED: SpeakerType
SPEAKER_TYPE_PERSON: SpeakerType
SPEAKER_TYPE_ORGANIZATION: SpeakerType
SPEAKER_TYPE_UNNAMED: SpeakerType
SPEAKER_TYPE_DOCUMENT: SpeakerType
SPEAKER_TYPE_AUTHOR: SpeakerType
WARNING_CODE_UNSPECIFIED: WarningCode
WARNING_CODE_UNPAIRED_MARK: WarningCode
WARNING_CODE_BROKEN_ENCODING: WarningCode

class Document(_message.Message):
    __slots__ = ("id", "text", "language_code")
    ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    id: str
    text: str
    language_code: str
    def __init__(self, id: _Optional[str] = ..., text: _Optional[str] = ..., language_code: _Optional[str] = ...) -> None: ...

class ExtractOptions(_message.Message):
    __slots__ = ("kinds", "offset_encoding", "min_confidence")
    KINDS_FIELD_NUMBER: _ClassVar[int]
    OFFSET_ENCODING_FIELD_NUMBER: _ClassVar[int]
    MIN_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    kinds: _containers.RepeatedScalarFieldContainer[QuoteKind]
    offset_encoding: OffsetEncoding
    min_confidence: float
    def __init__(self, kinds: _Optional[_Iterable[_Union[QuoteKind, str]]] = ..., offset_encoding: _Optional[_Union[OffsetEncoding, str]] = ..., min_confidence: _Optional[float] = ...) -> None: ...

class Span(_message.Message):
    __slots__ = ("start", "end", "text")
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    start: int
    end: int
    text: str
    def __init__(self, start: _Optional[int] = ..., end: _Optional[int] = ..., text: _Optional[str] = ...) -> None: ...

class Quote(_message.Message):
    __slots__ = ("kind", "content", "verbatim", "cue", "speaker_mention", "speaker_id", "channel", "confidence", "speaker_confidence")
    KIND_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    VERBATIM_FIELD_NUMBER: _ClassVar[int]
    CUE_FIELD_NUMBER: _ClassVar[int]
    SPEAKER_MENTION_FIELD_NUMBER: _ClassVar[int]
    SPEAKER_ID_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SPEAKER_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    kind: QuoteKind
    content: _containers.RepeatedCompositeFieldContainer[Span]
    verbatim: _containers.RepeatedCompositeFieldContainer[Span]
    cue: Span
    speaker_mention: Span
    speaker_id: str
    channel: Span
    confidence: float
    speaker_confidence: float
    def __init__(self, kind: _Optional[_Union[QuoteKind, str]] = ..., content: _Optional[_Iterable[_Union[Span, _Mapping]]] = ..., verbatim: _Optional[_Iterable[_Union[Span, _Mapping]]] = ..., cue: _Optional[_Union[Span, _Mapping]] = ..., speaker_mention: _Optional[_Union[Span, _Mapping]] = ..., speaker_id: _Optional[str] = ..., channel: _Optional[_Union[Span, _Mapping]] = ..., confidence: _Optional[float] = ..., speaker_confidence: _Optional[float] = ...) -> None: ...

class Speaker(_message.Message):
    __slots__ = ("id", "name", "type", "mentions")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    MENTIONS_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    type: SpeakerType
    mentions: _containers.RepeatedCompositeFieldContainer[Span]
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., type: _Optional[_Union[SpeakerType, str]] = ..., mentions: _Optional[_Iterable[_Union[Span, _Mapping]]] = ...) -> None: ...

class Warning(_message.Message):
    __slots__ = ("code", "message", "span")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SPAN_FIELD_NUMBER: _ClassVar[int]
    code: WarningCode
    message: str
    span: Span
    def __init__(self, code: _Optional[_Union[WarningCode, str]] = ..., message: _Optional[str] = ..., span: _Optional[_Union[Span, _Mapping]] = ...) -> None: ...

class Timings(_message.Message):
    __slots__ = ("queue_seconds", "encode_seconds", "network_seconds", "decode_seconds")
    QUEUE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    ENCODE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    NETWORK_SECONDS_FIELD_NUMBER: _ClassVar[int]
    DECODE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    queue_seconds: float
    encode_seconds: float
    network_seconds: float
    decode_seconds: float
    def __init__(self, queue_seconds: _Optional[float] = ..., encode_seconds: _Optional[float] = ..., network_seconds: _Optional[float] = ..., decode_seconds: _Optional[float] = ...) -> None: ...

class ExtractRequest(_message.Message):
    __slots__ = ("document", "options")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    document: Document
    options: ExtractOptions
    def __init__(self, document: _Optional[_Union[Document, _Mapping]] = ..., options: _Optional[_Union[ExtractOptions, _Mapping]] = ...) -> None: ...

class ExtractResponse(_message.Message):
    __slots__ = ("document_id", "quotes", "speakers", "offset_encoding", "warnings", "timings", "model_version")
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    QUOTES_FIELD_NUMBER: _ClassVar[int]
    SPEAKERS_FIELD_NUMBER: _ClassVar[int]
    OFFSET_ENCODING_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    TIMINGS_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    quotes: _containers.RepeatedCompositeFieldContainer[Quote]
    speakers: _containers.RepeatedCompositeFieldContainer[Speaker]
    offset_encoding: OffsetEncoding
    warnings: _containers.RepeatedCompositeFieldContainer[Warning]
    timings: Timings
    model_version: str
    def __init__(self, document_id: _Optional[str] = ..., quotes: _Optional[_Iterable[_Union[Quote, _Mapping]]] = ..., speakers: _Optional[_Iterable[_Union[Speaker, _Mapping]]] = ..., offset_encoding: _Optional[_Union[OffsetEncoding, str]] = ..., warnings: _Optional[_Iterable[_Union[Warning, _Mapping]]] = ..., timings: _Optional[_Union[Timings, _Mapping]] = ..., model_version: _Optional[str] = ...) -> None: ...

class BatchExtractRequest(_message.Message):
    __slots__ = ("documents", "options")
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    documents: _containers.RepeatedCompositeFieldContainer[Document]
    options: ExtractOptions
    def __init__(self, documents: _Optional[_Iterable[_Union[Document, _Mapping]]] = ..., options: _Optional[_Union[ExtractOptions, _Mapping]] = ...) -> None: ...

class BatchExtractResponse(_message.Message):
    __slots__ = ("items",)
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[BatchExtractItem]
    def __init__(self, items: _Optional[_Iterable[_Union[BatchExtractItem, _Mapping]]] = ...) -> None: ...

class BatchExtractItem(_message.Message):
    __slots__ = ("result", "error")
    RESULT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    result: ExtractResponse
    error: _status_pb2.Status
    def __init__(self, result: _Optional[_Union[ExtractResponse, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class StreamExtractRequest(_message.Message):
    __slots__ = ("document", "options")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    document: Document
    options: ExtractOptions
    def __init__(self, document: _Optional[_Union[Document, _Mapping]] = ..., options: _Optional[_Union[ExtractOptions, _Mapping]] = ...) -> None: ...

class StreamExtractResponse(_message.Message):
    __slots__ = ("document_id", "result", "error", "request_index")
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    REQUEST_INDEX_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    result: ExtractResponse
    error: _status_pb2.Status
    request_index: int
    def __init__(self, document_id: _Optional[str] = ..., result: _Optional[_Union[ExtractResponse, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., request_index: _Optional[int] = ...) -> None: ...

class GetServiceInfoRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetServiceInfoResponse(_message.Message):
    __slots__ = ("model_name", "model_version", "model_sha256", "languages", "device", "dtype", "limits", "service_version")
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    MODEL_SHA256_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    DTYPE_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    SERVICE_VERSION_FIELD_NUMBER: _ClassVar[int]
    model_name: str
    model_version: str
    model_sha256: str
    languages: _containers.RepeatedScalarFieldContainer[str]
    device: str
    dtype: str
    limits: Limits
    service_version: str
    def __init__(self, model_name: _Optional[str] = ..., model_version: _Optional[str] = ..., model_sha256: _Optional[str] = ..., languages: _Optional[_Iterable[str]] = ..., device: _Optional[str] = ..., dtype: _Optional[str] = ..., limits: _Optional[_Union[Limits, _Mapping]] = ..., service_version: _Optional[str] = ...) -> None: ...

class Limits(_message.Message):
    __slots__ = ("max_characters", "max_batch_documents", "max_message_bytes")
    MAX_CHARACTERS_FIELD_NUMBER: _ClassVar[int]
    MAX_BATCH_DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    MAX_MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    max_characters: int
    max_batch_documents: int
    max_message_bytes: int
    def __init__(self, max_characters: _Optional[int] = ..., max_batch_documents: _Optional[int] = ..., max_message_bytes: _Optional[int] = ...) -> None: ...
