from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inquit.errors import ModelError
from inquit.extractor import Extractor
from inquit.model.calibration import Calibration
from inquit.model.config import Decoding
from inquit.model.weights import save_model
from inquit.text.readable import Readable
from inquit.types import (
    Document,
    Extraction,
    ExtractOptions,
    OffsetEncoding,
    Quote,
    QuoteKind,
    Span,
    SpeakerType,
    WarningCode,
)
from tiny_model import tiny_config, tiny_extractor, tiny_network, tiny_tokenizer

_ALL = frozenset(QuoteKind)
_ARTICLE = (
    "“We saw it,” said Ada Brill of the Lake Office. “It was old.”\r\n\r\n"
    "The ‘plan’ was “fiction”, the Lake Office said on Telegram.\r\n\r\n"
    "“The dam will hold.\r\n\r\n“It has held before,” Tom Vane, the mayor, told reporters.\r\n\r\n"
    "He said the harbour was safe. She was not there; they were. “No.”"
)
_PAGE = (
    "\ufeff<p>&ldquo;We saw it,&rdquo; said <b>Ada&nbsp;Brill</b> of the <i>Lake</i>&#160;Office. 🌊</p>"
    "<p>``It was <em>old</em>,'' <a class=\"person\" href='/tom'>Tom\u00ad Vane</a> told re\u200bporters.<br/>"
    "&amp;quot;No.&amp;quot; <!-- “none” --> Ada\t\n Brill said the d\u00adam was safe.</p>"
)
_PIECES = [
    *("“", "”", '"', "‘", "’", "'", "«", "»", "``", "''"),
    *(" ", " ", "\n", "\n\n", "\r\n", "\u2028", "\t", "\x00", "\ufffd", "\ud83c", "\udf0a"),
    *("&quot;", "&ldquo;", "&rdquo;", "&amp;", "&nbsp;", "<b>", "</b>", "<p>", "</p>", "<br>", "<!--", "-->"),
    *("\u00ad", "\u200b", "\u00a0", "  ", "`", "11:42 GMT "),
    *("🌊", "👩\u200d🚀", "e\u0301", "İ", "ﬁ", "שלום ", "\u200f", "مرحبا", "漢字", "\u0301"),
    *(
        "Ada Brill ",
        "Brill ",
        "Mr. Vane ",
        "Tom Vane",
        "the Lake Office ",
        "LO",
        "he ",
        "She ",
        "the ministry ",
    ),
    *("said", ", who said ", "according to ", "told ", "on Telegram", "’s ", ". ", ", ", "We saw it"),
]
_TEXTS = st.lists(st.sampled_from(_PIECES), max_size=60).map("".join)
_CODECS = {
    OffsetEncoding.UTF32: ("utf-32-le", 4),
    OffsetEncoding.UTF16: ("utf-16-le", 2),
    OffsetEncoding.UTF8: ("utf-8", 1),
}


def _spans(extraction: Extraction) -> Iterator[Span]:
    for quote in extraction.quotes:
        yield from quote.content
        yield from quote.verbatim
        yield from (s for s in (quote.cue, quote.speaker_mention, quote.channel) if s is not None)
    for speaker in extraction.speakers:
        yield from speaker.mentions
    yield from (w.span for w in extraction.warnings if w.span is not None)


def _check(extraction: Extraction, text: str) -> None:
    codec, unit = _CODECS[extraction.offset_encoding]
    encoded = text.encode(codec, "surrogatepass")
    for span in _spans(extraction):
        assert 0 <= span.start < span.end <= len(encoded) // unit
        part = encoded[span.start * unit : span.end * unit]
        assert part.decode(codec, "surrogatepass") == span.text
    ids = [s.id for s in extraction.speakers]
    assert len(set(ids)) == len(ids)
    used = [q.speaker_id for q in extraction.quotes if q.speaker_id is not None]
    assert list(dict.fromkeys(used)) == ids
    for speaker in extraction.speakers:
        assert speaker.name
        author = (speaker.name, speaker.type) == ("AUTHOR", SpeakerType.AUTHOR)
        assert author or speaker.name in " ".join(Readable.of(text).text.split())
        assert list(speaker.mentions) == sorted(set(speaker.mentions), key=lambda s: (s.start, s.end))
    starts = [q.content[0].start for q in extraction.quotes]
    assert starts == sorted(starts)
    for quote in extraction.quotes:
        assert 0.0 <= quote.confidence <= 1.0
        assert 0.0 <= quote.speaker_confidence <= 1.0
        assert (quote.speaker_id is None) <= (quote.speaker_confidence == 0.0)
        assert all(a.end <= b.start for a, b in pairwise(quote.content))
        assert (quote.kind is QuoteKind.INDIRECT) == (not quote.verbatim)
        for inner in quote.verbatim:
            assert any(c.start <= inner.start and inner.end <= c.end for c in quote.content)


@pytest.mark.parametrize("encoding", OffsetEncoding)
@given(_TEXTS)
@example("")
@example(" \r\n ")
@example("\x00")
@example("\ud83c\udf0a“🌊” said Ada Brill")
@example(_ARTICLE)
@example(_PAGE)
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
def test_every_span_is_a_place_of_the_text(extractor: Extractor, encoding: OffsetEncoding, text: str) -> None:
    """Whatever the text, each span's offsets cut its text out of the document, in every encoding."""
    options = ExtractOptions(kinds=_ALL, offset_encoding=encoding)
    _check(extractor.extract(Document("a", text), options), text)


@pytest.mark.parametrize("encoding", OffsetEncoding)
@pytest.mark.parametrize("seed", range(4))
def test_a_page_gives_what_its_words_give(seed: int, encoding: OffsetEncoding) -> None:
    """Remains of HTML move the spans and change nothing else: each leads to the same words."""
    options = ExtractOptions(kinds=_ALL, offset_encoding=encoding)
    extractor = tiny_extractor(seed)
    found = extractor.extract(Document("a", _PAGE), options)
    plain = extractor.extract(Document("a", Readable.of(_PAGE).text), options)
    _check(found, _PAGE)
    assert [s.name for s in found.speakers] == [s.name for s in plain.speakers]
    words = [" ".join(Readable.of(span.text).text.split()) for span in _spans(found)]
    assert words == [" ".join(span.text.split()) for span in _spans(plain)]
    assert [q.confidence for q in found.quotes] == [q.confidence for q in plain.quotes]


@pytest.mark.parametrize("seed", range(4))
def test_every_network_gives_a_whole_answer(seed: int) -> None:
    """Whatever a network says, the answer keeps every promise of its types."""
    extraction = tiny_extractor(seed).extract(Document("a", _ARTICLE * 3), ExtractOptions(kinds=_ALL))
    _check(extraction, _ARTICLE * 3)


def test_where_nothing_is_quoted_the_network_is_not_asked(extractor: Extractor) -> None:
    """A text without quotation marks has no direct and mixed quotations; indirect ones are looked for."""
    plain = Document("", "Ada Brill said the harbour was safe. She didn’t say why.")
    assert extractor.encode(plain).windows == ()
    assert extractor.extract(plain).quotes == ()
    assert extractor.encode(plain, ExtractOptions(kinds=_ALL)).windows
    assert extractor.encode(Document("", "Ada Brill called it “safe”.")).windows


def test_encodings_give_the_same_spans(extractor: Extractor) -> None:
    """The unit of the offsets changes nothing else."""
    text = "🌊 " + _ARTICLE.replace("the", "thé")
    found = [
        extractor.extract(Document("a", text), ExtractOptions(kinds=_ALL, offset_encoding=encoding))
        for encoding in OffsetEncoding
    ]
    assert [e.offset_encoding for e in found] == list(OffsetEncoding)
    assert len(list(_spans(found[0]))) > 10
    assert len({tuple(s.text for s in _spans(e)) for e in found}) == 1


def test_empty_text_has_no_quotes(extractor: Extractor) -> None:
    """Empty text is valid: no windows, no quotes, no warnings."""
    encoded = extractor.encode(Document("a", ""))
    assert encoded.windows == ()
    extraction = extractor.extract(Document("a", ""))
    assert (extraction.document_id, extraction.quotes, extraction.speakers) == ("a", (), ())
    assert extraction.warnings == ()


def test_the_steps_are_what_extract_does(extractor: Extractor) -> None:
    """encode, run and decode, also window by window and mixed with other texts, give what extract gives."""
    options = ExtractOptions(kinds=_ALL)
    document = Document("a", _ARTICLE)
    encoded = extractor.encode(document, options)
    assert len(encoded.windows) > 2
    other = extractor.encode(Document("b", "“No,” he said."))
    mixed = [w for window in encoded.windows for w in (window, *other.windows)]
    outputs = extractor.run(mixed)[:: 1 + len(other.windows)]
    stepwise = extractor.decode(encoded, outputs)
    whole = extractor.extract(document, options)
    assert [tuple(s.text for s in q.content) for q in stepwise.quotes] == [
        tuple(s.text for s in q.content) for q in whole.quotes
    ]
    assert [q.speaker_id for q in stepwise.quotes] == [q.speaker_id for q in whole.quotes]
    for first, second in zip(stepwise.quotes, whole.quotes, strict=True):
        assert first.confidence == pytest.approx(second.confidence, abs=2e-3)


def test_kinds_and_confidence_are_filters(extractor: Extractor) -> None:
    """Only the kinds asked for are returned, and only from the confidence asked for."""
    whole = extractor.extract(Document("a", _ARTICLE), ExtractOptions(kinds=_ALL))
    kinds = {q.kind for q in whole.quotes}
    assert len(kinds) > 1
    for kind in kinds:
        part = extractor.extract(Document("a", _ARTICLE), ExtractOptions(kinds=frozenset({kind})))
        assert [q.content for q in part.quotes] == [q.content for q in whole.quotes if q.kind is kind]
        _check(part, _ARTICLE)
    levels = sorted(_surety(q) for q in whole.quotes)
    limit = (levels[0] + levels[-1]) / 2
    options = ExtractOptions(kinds=_ALL, min_confidence=limit)
    part = extractor.extract(Document("a", _ARTICLE), options)
    assert [q.content for q in part.quotes] == [q.content for q in whole.quotes if _surety(q) >= limit]
    assert 0 < len(part.quotes) < len(whole.quotes)
    _check(part, _ARTICLE)


def _surety(quote: Quote) -> float:
    """Return the lower of the two confidences, by which quotes are left out."""
    return min(quote.confidence, quote.speaker_confidence)


def test_confidence_asked_for_is_the_confidence_told(extractor: Extractor) -> None:
    """A quote is returned when the confidence asked for is the lower of the two that were told of it."""
    whole = extractor.extract(Document("a", _ARTICLE), ExtractOptions(kinds=_ALL))
    for quote in whole.quotes:
        options = ExtractOptions(kinds=_ALL, min_confidence=_surety(quote))
        again = extractor.extract(Document("a", _ARTICLE), options)
        assert quote.content in [q.content for q in again.quotes]


def test_another_configuration_is_used_from_then_on() -> None:
    """Thresholds, weights and calibrations of a configuration count once it is in use."""
    extractor = tiny_extractor(seed=3)
    options = ExtractOptions(kinds=_ALL)
    before = extractor.extract(Document("a", _ARTICLE), options)
    extractor.use(tiny_config(version="2", speaker_calibration=Calibration(0.0, 0.0)))
    after = extractor.extract(Document("a", _ARTICLE), options)
    assert [q.content for q in after.quotes] == [q.content for q in before.quotes]
    assert {q.speaker_confidence for q in after.quotes if q.speaker_id is not None} == {0.5}
    assert {q.speaker_confidence for q in before.quotes if q.speaker_id is not None} != {0.5}
    assert after.model_version == "2"
    extractor.use(tiny_config(decoding=Decoding(speech_threshold=1.1)))
    strict = extractor.extract(Document("a", _ARTICLE), options)
    assert len(strict.quotes) < len(before.quotes)


def test_many_documents_come_in_order(extractor: Extractor) -> None:
    """Documents are answered in the order in which they came, each with its own id and text."""
    texts = [_ARTICLE, "", "“No,” he said.", _ARTICLE * 2]
    documents = [Document(str(n), text) for n, text in enumerate(texts)]
    options = ExtractOptions(kinds=_ALL)
    found = list(extractor.extract_many(iter(documents), options, token_budget=128))
    assert [e.document_id for e in found] == ["0", "1", "2", "3"]
    for extraction, text in zip(found, texts, strict=True):
        _check(extraction, text)


def test_encode_and_decode_in_several_threads(extractor: Extractor) -> None:
    """Threads that encode and decode at once get what one thread gets."""
    texts = [f"“Number {n},” said Ada Brill. {_ARTICLE}" for n in range(8)]
    expected = [extractor.extract(Document(str(n), t)) for n, t in enumerate(texts)]
    with ThreadPoolExecutor(4) as pool:
        encoded = list(
            pool.map(lambda pair: extractor.encode(Document(str(pair[0]), pair[1])), enumerate(texts))
        )
        outputs = [extractor.run(e.windows) for e in encoded]
        found = list(pool.map(extractor.decode, encoded, outputs))
    assert [(e.document_id, e.quotes, e.speakers) for e in found] == [
        (e.document_id, e.quotes, e.speakers) for e in expected
    ]


def test_odd_marks_and_broken_text_are_warnings(extractor: Extractor) -> None:
    """An unpaired mark and a wrong decoding are told with their place, and the rest is read."""
    text = "“Odd.\n\n🌊\x00 “No,” he said."
    options = ExtractOptions(offset_encoding=OffsetEncoding.UTF16)
    found = extractor.extract(Document("a", text), options).warnings
    assert [(w.code, w.span) for w in found] == [
        (WarningCode.UNPAIRED_MARK, Span(0, 1, "“")),
        (WarningCode.BROKEN_ENCODING, Span(9, 10, "\x00")),
    ]
    assert all(w.message for w in found)


def test_warnings_are_bounded(extractor: Extractor) -> None:
    """A text of odd marks yields a list of warnings that a caller can hold."""
    assert len(extractor.extract("a” \n\n" * 500).warnings) <= 101


def test_timings_and_version_are_told(extractor: Extractor) -> None:
    """Each step's time is told, and which model answered."""
    extraction = extractor.extract(_ARTICLE)
    timings = extraction.timings
    assert min(timings.encode, timings.network, timings.decode) > 0.0
    assert timings.queue == 0.0
    assert extraction.model_version == extractor.info.version == "1"


def test_a_saved_model_reads_as_the_one_in_memory(tmp_path: Path) -> None:
    """A model folder gives what the network gave before it was saved."""
    save_model(tmp_path / "m", tiny_network(3), tiny_config(), tiny_tokenizer())
    loaded = Extractor.load(tmp_path / "m", device="cpu", dtype="float32")
    loaded.warm_up()
    options = ExtractOptions(kinds=_ALL)
    first = tiny_extractor(3).extract(Document("a", _ARTICLE), options)
    second = loaded.extract(Document("a", _ARTICLE), options)
    assert [q.content for q in first.quotes] == [q.content for q in second.quotes]
    assert (loaded.info.name, loaded.info.version, loaded.info.languages) == ("tiny", "1", ("en",))
    assert (loaded.info.device, loaded.info.dtype) == ("cpu", "float32")


def test_half_precision_keeps_the_promises(tmp_path: Path) -> None:
    """The numbers of the device change figures, never the form of the answer."""
    save_model(tmp_path / "m", tiny_network(3), tiny_config(), tiny_tokenizer())
    loaded = Extractor.load(tmp_path / "m", device="cpu", dtype="bfloat16")
    _check(loaded.extract(Document("a", _ARTICLE), ExtractOptions(kinds=_ALL)), _ARTICLE)


def test_a_tokenizer_that_cannot_frame_windows_is_told(tmp_path: Path) -> None:
    """A model folder with a tokenizer of another kind is a ModelError, as every broken folder."""
    save_model(tmp_path / "m", tiny_network(), tiny_config(), tiny_tokenizer())
    path = tmp_path / "m" / "tokenizer.json"
    path.write_text(path.read_text(encoding="utf-8").replace("[SEP]", "[END]"), encoding="utf-8")
    with pytest.raises(ModelError, match="SEP"):
        Extractor.load(tmp_path / "m", device="cpu")
