"""The decoder with a scripted network: what is tagged and linked is given, what comes out is checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from inquit.model.config import Decoding
from inquit.model.decoding import Decoder
from inquit.model.drafts import DraftQuote
from inquit.model.encoding import EncodedText, TextEncoder
from inquit.model.heads import Heads
from inquit.model.outputs import WindowOutput
from inquit.model.tags import TAG_COUNT, Role, begin, illegal_starts, illegal_steps, inside
from inquit.types import QuoteKind

FloatArray = NDArray[np.float32]


@dataclass
class _Script:
    """What the network is to say of a text, by parts of the text (the first place of each counts)."""

    text: str
    content: Sequence[str] = ()
    sources: Sequence[str] = ()
    cues: Sequence[str] = ()
    to_source: Mapping[str, str] = field(default_factory=dict)
    to_cue: Mapping[str, str] = field(default_factory=dict)
    speech: Mapping[str, float] = field(default_factory=dict)
    """Probability of quoted strings, 0.9 where nothing is given."""

    def place(self, part: str) -> int:
        return self.text.index(part)


class _Pointer:
    def __init__(self, script: _Script, encoded: EncodedText, links: Mapping[str, str]) -> None:
        self._starts = encoded.starts
        self._links = {script.place(a): script.place(b) for a, b in links.items()}

    def probabilities(
        self, queries: FloatArray, keys: FloatArray, buckets: NDArray[np.int64], barred: NDArray[np.bool_]
    ) -> FloatArray:
        found = np.full((len(queries), len(keys) + 1), 0.01, dtype=np.float32)
        for row, query in enumerate(queries):
            target = self._links.get(int(self._starts[int(query[0])]))
            places = [int(self._starts[int(k[0])]) for k in keys]
            found[row, places.index(target) if target in places else -1] = 0.9
        return found


class _Speech:
    def __init__(self, script: _Script, encoded: EncodedText) -> None:
        self._starts = encoded.starts
        self._known = {script.place(part): chance for part, chance in script.speech.items()}

    def probabilities(self, edges: FloatArray) -> FloatArray:
        starts = [int(self._starts[int(e[1])]) for e in edges]
        return np.array([self._known.get(s, 0.9) for s in starts], dtype=np.float32)


class _Heads:
    def __init__(self, script: _Script, encoded: EncodedText) -> None:
        self.steps = np.where(illegal_steps(), -1e4, 0.0).astype(np.float32)
        self.starts = np.where(illegal_starts(), -1e4, 0.0).astype(np.float32)
        self.speech = _Speech(script, encoded)
        self.source = _Pointer(script, encoded, script.to_source)
        self.cue = _Pointer(script, encoded, script.to_cue)


def _read(encoder: TextEncoder, script: _Script) -> list[DraftQuote]:
    encoded = encoder.encode(script.text)
    count = len(encoded)
    scores = np.zeros((count + 2, TAG_COUNT), dtype=np.float32)
    scores[:, 0] = 5.0
    for role, parts in (
        (Role.CONTENT, script.content),
        (Role.SOURCE, script.sources),
        (Role.CUE, script.cues),
    ):
        for part in parts:
            start = script.place(part)
            span = encoded.token_span(start, start + len(part))
            assert span is not None
            scores[span[0] + 1 : span[1] + 1, inside(role)] = 10.0
            scores[span[0] + 1, begin(role)] = 20.0
    # The state of a token is its number, so that the heads know whom they are asked about.
    states = np.arange(-1, count + 1, dtype=np.float16)[:, None]
    windows = (encoder.window(encoded, 0, count),)
    decoder = Decoder(cast("Heads", _Heads(script, encoded)), Decoding(content_weight=0.0))
    return list(decoder.decode(encoded, windows, [WindowOutput(states, scores)]).drafts)


def _parts(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    return [text[a:b] for a, b in spans]


@pytest.mark.parametrize(
    ("text", "tagged", "expected"),
    [
        ("“We saw it,” said Ada Brill.", "“We saw it,”", "“We saw it,”"),
        ("“We saw it,” said Ada Brill.", "We saw it", "“We saw it,”"),
        ("“We saw it,” said Ada Brill.", "saw", "“We saw it,”"),
        ("She said, “We saw it.”", ", “We saw it.”", "“We saw it.”"),
        ('"We saw it", said Ada Brill.', '"We saw it",', '"We saw it"'),
        ("‘We saw it,’ said Ada Brill.", "We saw it", "‘We saw it,’"),
        ("«We saw it», said Ada Brill.", "saw", "«We saw it»"),
    ],
)
def test_direct_content_ends_at_its_marks(
    encoder: TextEncoder, text: str, tagged: str, expected: str
) -> None:
    """Content that is a quoted string begins and ends with its marks, wherever the tags ended."""
    (draft,) = _read(encoder, _Script(text, content=[tagged]))
    assert _parts(text, draft.content) == [expected]


def test_direct_content_has_its_words_without_the_marks(encoder: TextEncoder) -> None:
    """The verbatim part of direct content is all of it but the marks."""
    text = "“We saw it,” said Ada Brill."
    (draft,) = _read(
        encoder,
        _Script(
            text,
            content=["“We saw it,”"],
            sources=["Ada Brill"],
            cues=["said"],
            to_source={"“We": "Ada Brill"},
            to_cue={"“We": "said"},
        ),
    )
    assert draft.kind is QuoteKind.DIRECT
    assert _parts(text, draft.verbatim) == ["We saw it,"]
    assert draft.mention is not None
    assert draft.cue is not None
    assert _parts(text, [draft.mention, draft.cue]) == ["Ada Brill", "said"]
    assert not draft.follows_open


def test_a_quotation_split_by_its_cue_is_one(encoder: TextEncoder) -> None:
    """Two strings with one cue are one quotation with two content spans in order."""
    text = "“We saw it,” said Ada Brill. “It was old.”"
    drafts = _read(
        encoder,
        _Script(
            text,
            content=["“We saw it,”", "“It was old.”"],
            sources=["Ada Brill"],
            cues=["said"],
            to_source={"“We": "Ada Brill", "“It": "Ada Brill"},
            to_cue={"“We": "said", "“It": "said"},
        ),
    )
    assert [_parts(text, d.content) for d in drafts] == [["“We saw it,”", "“It was old.”"]]
    assert [_parts(text, d.verbatim) for d in drafts] == [["We saw it,", "It was old."]]
    assert [d.kind for d in drafts] == [QuoteKind.DIRECT]


def test_a_piece_without_a_speaker_takes_none_from_the_others(encoder: TextEncoder) -> None:
    """Where one piece of a quotation points to nobody and another to somebody, that is who said it."""
    text = "“We saw it,” said Ada Brill. “All of us.”"
    (draft,) = _read(
        encoder,
        _Script(
            text,
            content=["“We saw it,”", "“All of us.”"],
            sources=["Ada Brill"],
            cues=["said"],
            to_source={"“All": "Ada Brill"},
            to_cue={"“We": "said", "“All": "said"},
        ),
    )
    assert draft.mention is not None
    assert _parts(text, [draft.mention]) == ["Ada Brill"]


def test_strings_of_different_cues_are_two_quotations(encoder: TextEncoder) -> None:
    """Each cue reports an utterance of its own, also of the same speaker."""
    text = "“We saw it,” said Ada Brill. “It was old,” she told us."
    drafts = _read(
        encoder,
        _Script(
            text,
            content=["“We saw it,”", "“It was old,”"],
            sources=["Ada Brill", "she"],
            cues=["said", "told"],
            to_source={"“We": "Ada Brill", "“It": "she"},
            to_cue={"“We": "said", "“It": "told"},
        ),
    )
    assert [_parts(text, d.content) for d in drafts] == [["“We saw it,”"], ["“It was old,”"]]


def test_without_a_cue_strings_stay_apart(encoder: TextEncoder) -> None:
    """Two strings that only share a speaker are two quotations."""
    text = "Ada Brill: “We saw it.” Then “It was old.”"
    drafts = _read(
        encoder,
        _Script(
            text,
            content=["“We saw it.”", "“It was old.”"],
            sources=["Ada Brill"],
            to_source={"“We": "Ada Brill", "“It": "Ada Brill"},
        ),
    )
    assert len(drafts) == 2
    assert {d.cue for d in drafts} == {None}


def test_mixed_content_has_its_verbatim_parts(encoder: TextEncoder) -> None:
    """Content that is partly quoted is returned whole, with the quoted parts in order."""
    text = "She said the wall was “very old” and “not safe” at all."
    (draft,) = _read(
        encoder, _Script(text, content=["the wall was “very old” and “not safe” at all"], cues=["said"])
    )
    assert draft.kind is QuoteKind.MIXED
    assert _parts(text, draft.content) == ["the wall was “very old” and “not safe” at all"]
    assert _parts(text, draft.verbatim) == ["very old", "not safe"]


def test_indirect_content(encoder: TextEncoder) -> None:
    """Content without quotation marks is indirect, and nothing of it is verbatim."""
    text = "She said the wall was old."
    (draft,) = _read(
        encoder,
        _Script(
            text,
            content=["the wall was old"],
            sources=["She"],
            cues=["said"],
            to_source={"the wall": "She"},
            to_cue={"the wall": "said"},
        ),
    )
    assert draft.kind is QuoteKind.INDIRECT
    assert _parts(text, draft.content) == ["the wall was old"]
    assert draft.verbatim == ()


def test_a_string_that_is_no_speech_is_dropped(encoder: TextEncoder) -> None:
    """A quoted string that nobody utters is no quotation, even where its words were tagged."""
    text = "They sang “The Old Wall” at noon. “We saw it,” said Ada Brill."
    drafts = _read(
        encoder,
        _Script(text, content=["The Old Wall", "“We saw it,”"], speech={"“The Old Wall”": 0.1}),
    )
    assert [_parts(text, d.content) for d in drafts] == [["“We saw it,”"]]


def test_a_string_that_is_speech_is_found_without_tags(encoder: TextEncoder) -> None:
    """A quoted string that is somebody's words is returned although no word of it was tagged."""
    text = "They called it “fiction” at noon."
    (draft,) = _read(encoder, _Script(text, speech={"“fiction”": 0.8}))
    assert _parts(text, draft.content) == ["“fiction”"]
    assert draft.confidence == pytest.approx(0.8)


def test_a_term_inside_indirect_content_is_not_verbatim(encoder: TextEncoder) -> None:
    """A quoted string that is no speech leaves the content around it indirect."""
    text = "She said the song “The Old Wall” was not sung."
    (draft,) = _read(
        encoder,
        _Script(text, content=["the song “The Old Wall” was not sung"], speech={"“The Old Wall”": 0.1}),
    )
    assert draft.kind is QuoteKind.INDIRECT
    assert _parts(text, draft.content) == ["the song “The Old Wall” was not sung"]
    assert draft.verbatim == ()


def test_strings_inside_strings_are_part_of_them(encoder: TextEncoder) -> None:
    """A string within a string is no quotation of its own."""
    text = "“She told me ‘no’ twice,” said Ada Brill."
    (draft,) = _read(encoder, _Script(text))
    assert _parts(text, draft.verbatim) == ["She told me ‘no’ twice,"]


def test_a_continuation_is_told(encoder: TextEncoder) -> None:
    """A string that goes on with one left open in the paragraph before says so."""
    text = "“We saw it,” said Ada Brill. “It was old.\n\n“It was not safe.”\n\n“No,” he said."
    drafts = _read(encoder, _Script(text))
    found = {_parts(text, d.content)[0]: d.follows_open for d in drafts}
    assert found == {
        "“We saw it,”": False,
        "“It was old.": False,
        "“It was not safe.”": True,
        "“No,”": False,
    }


def test_only_the_first_string_of_a_paragraph_is_a_continuation(encoder: TextEncoder) -> None:
    """A later string of a paragraph that begins with a continuation is none itself."""
    text = "“It was old.\n\n“It was not safe.” Tom Vane left. “No,” he told us."
    drafts = _read(encoder, _Script(text))
    assert [d.follows_open for d in drafts] == [False, True, False]


def test_strings_of_other_paragraphs_are_other_quotations(encoder: TextEncoder) -> None:
    """A paragraph break parts quotations that share a cue."""
    text = "“We saw it.”\n\n“It was old,” said Ada Brill."
    links = {"“We": "said", "“It": "said"}
    drafts = _read(encoder, _Script(text, cues=["said"], to_cue=links))
    assert [_parts(text, d.content) for d in drafts] == [["“We saw it.”"], ["“It was old,”"]]


def test_pieces_stay_together_beside_another_paragraph(encoder: TextEncoder) -> None:
    """A quotation split by its cue is one, also where a paragraph before it has the same cue."""
    text = "“We saw it.”\n\n“It was old,” said Ada Brill. “Very.”"
    links = {"“We": "said", "“It": "said", "“Very": "said"}
    drafts = _read(encoder, _Script(text, cues=["said"], to_cue=links))
    assert [_parts(text, d.content) for d in drafts] == [["“We saw it.”"], ["“It was old,”", "“Very.”"]]


def test_a_source_inside_content_is_none(encoder: TextEncoder) -> None:
    """What stands inside the quotation marks is never the speaker or the cue."""
    text = "“Tom Vane said no,” said Ada Brill."
    (draft,) = _read(
        encoder,
        _Script(
            text,
            sources=["Tom Vane", "Ada Brill"],
            cues=["said no"],
            to_source={"“Tom": "Tom Vane"},
            to_cue={"“Tom": "said no"},
        ),
    )
    assert (draft.mention, draft.cue) == (None, None)


def test_content_drawn_over_a_cue_is_cut_there(encoder: TextEncoder) -> None:
    """Tags that run from one string over the cue into the next make two content spans, not one."""
    text = "“We saw it,” said Ada Brill, “and it was old.”"
    drafts = _read(
        encoder,
        _Script(
            text,
            sources=["Ada Brill"],
            cues=["said"],
            to_source={"“We": "Ada Brill", "“and": "Ada Brill"},
            to_cue={"“We": "said", "“and": "said"},
        ),
    )
    assert [_parts(text, d.content) for d in drafts] == [["“We saw it,”", "“and it was old.”"]]


def test_drafts_are_in_order(encoder: TextEncoder) -> None:
    """Quotations come in the order of their first content, also where one encloses another's place."""
    text = "“One,” said Ada Brill. She said it was old. “Two,” said Tom Vane. “Three.”"
    drafts = _read(
        encoder,
        _Script(
            text,
            content=["it was old"],
            sources=["Ada Brill"],
            cues=["said"],
            to_cue={"“One": "said", "“Three": "said"},
        ),
    )
    assert [_parts(text, d.content) for d in drafts] == [["“One,”", "“Three.”"], ["it was old"], ["“Two,”"]]


def test_a_text_without_tokens_has_no_quotations(encoder: TextEncoder) -> None:
    """Nothing in, nothing out."""
    encoded = encoder.encode(" \n ")
    heads = cast("Heads", _Heads(_Script(""), encoded))
    reading = Decoder(heads, Decoding()).decode(encoded, (), [])
    assert (reading.drafts, reading.links) == ((), None)
