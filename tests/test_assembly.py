from __future__ import annotations

from collections.abc import Sequence

import pytest

from inquit.assembly import assemble
from inquit.model.calibration import Calibration
from inquit.model.config import ModelConfig
from inquit.model.decoding import DocumentReading
from inquit.model.drafts import DraftQuote
from inquit.resolve.clusters import NameClusters
from inquit.resolve.entities import Entity
from inquit.resolve.names import find_names
from inquit.resolve.resolver import Attribution, Resolution
from inquit.text.readable import Readable
from inquit.text.segments import Segment
from inquit.types import (
    Document,
    Extraction,
    ExtractOptions,
    OffsetEncoding,
    QuoteKind,
    Span,
    SpeakerType,
)
from tiny_model import tiny_config, tiny_encoder

_TEXT = "🌊 “No,” Laura Brill said on Telegram. Brill left. I said yes."
_ALL = frozenset(QuoteKind)


def _at(words: str) -> Segment:
    start = _TEXT.index(words)
    return Segment(start, start + len(words))


def _span(words: str) -> Span:
    return Span(*_at(words), words)


_LAURA = Entity(
    _at("Laura Brill"),
    SpeakerType.PERSON,
    NameClusters(find_names(_TEXT)).cluster_at(_at("Laura Brill").start),
    mentions={_at("Laura Brill")},
)
_AUTHOR = Entity(None, SpeakerType.AUTHOR, mentions={_at("I")})
_DIRECT = DraftQuote(
    QuoteKind.DIRECT, (_at("“No,”"),), (_at("No,"),), _at("said"), _at("Laura Brill"), 0.9, 0.9
)
_INDIRECT = DraftQuote(QuoteKind.INDIRECT, (_at("yes"),), (), None, _at("I"), 0.7, 0.9)


def _attribution(entity: Entity | None, confidence: float) -> Attribution:
    mention = None if entity is None else min(entity.mentions)
    return Attribution(entity, confidence, _at("on Telegram") if entity is _LAURA else None, mention)


def _assembled(
    found: Sequence[tuple[DraftQuote, Attribution]],
    options: ExtractOptions | None = None,
    config: ModelConfig | None = None,
) -> Extraction:
    reading = DocumentReading(tiny_encoder().encode(_TEXT), tuple(d for d, _ in found), None)
    return assemble(
        Document("a", _TEXT),
        options or ExtractOptions(kinds=_ALL),
        reading,
        Resolution(tuple(a for _, a in found)),
        config or tiny_config(),
        readable=Readable.of(_TEXT),
    )


_BOTH = ((_DIRECT, _attribution(_LAURA, 0.8)), (_INDIRECT, _attribution(_AUTHOR, 0.6)))


def test_a_quote_tells_everything_that_was_found() -> None:
    """Each part of a draft and of its attribution is a span of the result, with its own text."""
    extraction = _assembled(_BOTH)
    first, second = extraction.quotes
    assert (first.kind, first.content, first.verbatim) == (
        QuoteKind.DIRECT,
        (_span("“No,”"),),
        (_span("No,"),),
    )
    assert (first.cue, first.speaker_mention) == (_span("said"), _span("Laura Brill"))
    assert (first.channel, first.speaker_id) == (_span("on Telegram"), "S1")
    assert first.confidence == pytest.approx(0.9)
    assert first.speaker_confidence == pytest.approx(0.8)
    assert (second.verbatim, second.cue, second.channel, second.speaker_id) == ((), None, None, "S2")
    assert (extraction.document_id, extraction.model_version) == ("a", "1")


def test_a_speaker_has_every_name_and_mention() -> None:
    """The mentions of a speaker are the mentions that led to it and all its names, in order, each once."""
    laura, author = _assembled(_BOTH).speakers
    assert (laura.id, laura.name, laura.type) == ("S1", "Laura Brill", SpeakerType.PERSON)
    alone = _at("Brill left").start
    assert laura.mentions == (_span("Laura Brill"), Span(alone, alone + 5, "Brill"))
    assert author.mentions == (_span("I"),)


def test_an_author_without_a_name_is_called_so() -> None:
    """The writer whom the text does not name is told as `AUTHOR`."""
    speaker = _assembled(_BOTH).speakers[1]
    assert (speaker.name, speaker.type) == ("AUTHOR", SpeakerType.AUTHOR)


def test_quotes_of_one_entity_share_a_speaker() -> None:
    """Speakers are numbered in the order of their first quote, one for each entity."""
    found = [
        (_DIRECT, _attribution(_AUTHOR, 0.8)),
        (_DIRECT, _attribution(_LAURA, 0.8)),
        (_INDIRECT, _attribution(_AUTHOR, 0.8)),
    ]
    extraction = _assembled(found)
    assert [q.speaker_id for q in extraction.quotes] == ["S1", "S2", "S1"]
    assert [s.id for s in extraction.speakers] == ["S1", "S2"]


def test_nobody_has_no_confidence() -> None:
    """A quote without a speaker has no id and a speaker confidence of 0, however it is calibrated."""
    config = tiny_config(speaker_calibration=Calibration(1.0, 5.0))
    extraction = _assembled([(_DIRECT, _attribution(None, 0.0))], config=config)
    assert [(q.speaker_id, q.speaker_confidence) for q in extraction.quotes] == [(None, 0.0)]
    assert extraction.speakers == ()


@pytest.mark.parametrize(
    ("confidence", "speaker", "limit", "kept"),
    [
        (0.9, 0.8, 0.0, True),
        (0.9, 0.8, 0.7, True),
        (0.9, 0.6, 0.7, False),
        (0.6, 0.9, 0.7, False),
        (0.7, 0.7, 0.7, True),
        # Of nobody, only where everything is asked for.
        (0.9, None, 0.0, True),
        (0.9, None, 0.1, False),
    ],
)
def test_both_confidences_are_asked_for(
    *, confidence: float, speaker: float | None, limit: float, kept: bool
) -> None:
    """A quote is left out where either of its confidences is lower than the one asked for."""
    draft = DraftQuote(QuoteKind.DIRECT, (_at("“No,”"),), (_at("No,"),), None, None, confidence, 0.9)
    attribution = _attribution(None if speaker is None else _LAURA, speaker or 0.0)
    extraction = _assembled([(draft, attribution)], ExtractOptions(min_confidence=limit))
    assert len(extraction.quotes) == kept
    assert len(extraction.speakers) == (kept and speaker is not None)


def test_confidences_are_calibrated_before_they_are_asked_for() -> None:
    """What is told, and compared with what was asked for, are the calibrated probabilities."""
    down, up = Calibration(1.0, -2.0), Calibration(1.0, 2.0)
    config = tiny_config(quote_calibration=up, speaker_calibration=down)
    (quote,) = _assembled([_BOTH[0]], config=config).quotes
    assert quote.confidence == pytest.approx(up(0.9), abs=1e-4)
    assert quote.speaker_confidence == pytest.approx(down(0.8), abs=1e-4)
    assert _assembled([_BOTH[0]], ExtractOptions(min_confidence=0.6), config).quotes == ()


def test_only_the_kinds_asked_for_have_speakers() -> None:
    """A kind that was not asked for is left out, and its speaker with it."""
    extraction = _assembled(_BOTH, ExtractOptions(kinds=frozenset({QuoteKind.INDIRECT})))
    assert [q.kind for q in extraction.quotes] == [QuoteKind.INDIRECT]
    assert [(s.id, s.name) for s in extraction.speakers] == [("S1", "AUTHOR")]


@pytest.mark.parametrize(
    ("encoding", "before"), [(OffsetEncoding.UTF32, 2), (OffsetEncoding.UTF16, 3), (OffsetEncoding.UTF8, 5)]
)
def test_offsets_are_counted_as_asked(encoding: OffsetEncoding, before: int) -> None:
    """Offsets are in the unit asked for, and the result tells which."""
    extraction = _assembled(_BOTH, ExtractOptions(kinds=_ALL, offset_encoding=encoding))
    assert extraction.offset_encoding is encoding
    assert extraction.quotes[0].content[0].start == before
    assert extraction.quotes[0].content[0].text == "“No,”"


@pytest.mark.parametrize("encoding", OffsetEncoding)
def test_spans_are_of_the_callers_text(encoding: OffsetEncoding) -> None:
    """What was read without tags and entities is told in the caller's own words; the name is readable."""
    text = "🌊 <p>&ldquo;No,&rdquo; Laura<wbr>&nbsp;&#32;Brill&nbsp;said on <i>Telegram</i>. Brill left. I &quot;said yes.\ufffd"
    readable = Readable.of(text)

    def at(words: str) -> Segment:
        start = readable.text.index(words)
        return Segment(start, start + len(words))

    name = at("Laura Brill")
    clusters = NameClusters(find_names(readable.text))
    laura = Entity(name, SpeakerType.PERSON, clusters.cluster_at(name.start), mentions={name})
    draft = DraftQuote(QuoteKind.DIRECT, (at("“No,”"),), (at("No,"),), at("said"), name, 0.9, 0.9)
    extraction = assemble(
        Document("a", text),
        ExtractOptions(offset_encoding=encoding),
        DocumentReading(tiny_encoder().encode(readable.text), (draft,), None),
        Resolution((Attribution(laura, 0.8, at("on Telegram"), name),)),
        tiny_config(),
        readable=readable,
    )
    (quote,) = extraction.quotes
    (speaker,) = extraction.speakers
    assert speaker.name == "Laura Brill"
    spans = (*quote.content, *quote.verbatim, quote.cue, quote.speaker_mention, quote.channel)
    found = [s for s in (*spans, *speaker.mentions, *(w.span for w in extraction.warnings)) if s is not None]
    assert [s.text for s in found] == [
        *("&ldquo;No,&rdquo;", "No,", "said", "Laura<wbr>&nbsp;&#32;Brill", "on <i>Telegram"),
        *("Laura<wbr>&nbsp;&#32;Brill", "Brill", "&quot;", "\ufffd"),
    ]
    codec, unit = {"utf8": ("utf-8", 1), "utf16": ("utf-16-le", 2), "utf32": ("utf-32-le", 4)}[encoding]
    encoded = text.encode(codec)
    assert [encoded[s.start * unit : s.end * unit].decode(codec) for s in found] == [s.text for s in found]
