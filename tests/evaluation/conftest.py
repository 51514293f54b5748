"""Two gold rows and their predictions, small enough to score by hand."""

from __future__ import annotations

from typing import Any

import pytest

FIRST = "“We saw it,” said Ada Brill. The ‘plan’ was “fiction”, the Lake Office said. See “Blue Dusk”."
SECOND = "“No,” he said. Officials said the dam would hold."


def place(text: str, part: str) -> list[int]:
    """Return the offsets of the first place where a part stands in a text."""
    start = text.index(part)
    return [start, start + len(part)]


def span(text: str, part: str) -> dict[str, Any]:
    """Return a span as the service's JSON has it: without zeros."""
    start, end = place(text, part)
    return {"end": end, "text": part} | ({"start": start} if start else {})


@pytest.fixture
def gold_rows() -> list[dict[str, Any]]:
    """Three quoted strings that are speech, one that is not; three attributions and a hidden one."""
    return [
        {
            "id": "a",
            "text": FIRST,
            "quotes": [
                {
                    "kind": "direct",
                    "content": [place(FIRST, "“We saw it,”")],
                    "cue": [place(FIRST, "said")],
                    "source": [place(FIRST, "Ada Brill")],
                    "entity": ["E1"],
                },
                {
                    "kind": "mixed",
                    "content": [place(FIRST, "The ‘plan’ was “fiction”")],
                    "cue": [[FIRST.rindex("said"), FIRST.rindex("said") + 4]],
                    "source": [place(FIRST, "the Lake Office")],
                    "entity": ["E2"],
                },
            ],
            "entities": {
                "E1": {"type": "person", "name": "Ada Brill"},
                "E2": {"type": "organization", "name": "Lake Office"},
            },
            "marks": [
                {"span": place(FIRST, "“We saw it,”"), "speech": True, "entity": ["E1"]},
                {"span": place(FIRST, "“fiction”"), "speech": True, "entity": ["E2"]},
                {"span": place(FIRST, "“Blue Dusk”"), "speech": False, "entity": None},
            ],
        },
        {
            "id": "b",
            "text": SECOND,
            "quotes": [
                {
                    "kind": "direct",
                    "content": [place(SECOND, "“No,”")],
                    "cue": [place(SECOND, "said")],
                    "source": [place(SECOND, "he")],
                    "entity": ["E1"],
                },
                {
                    "kind": "indirect",
                    "content": [place(SECOND, "the dam would hold")],
                    "cue": [[SECOND.rindex("said"), SECOND.rindex("said") + 4]],
                    "source": [place(SECOND, "Officials")],
                    "entity": None,
                },
            ],
            "entities": {"E1": {"type": "unnamed", "name": "an old man"}},
            "marks": [{"span": place(SECOND, "“No,”"), "speech": True, "entity": ["E1"]}],
        },
    ]


@pytest.fixture
def prediction_rows() -> list[dict[str, Any]]:
    """Row a: one string whole, one cut short, one that is no speech kept. Row b: only the indirect one."""
    return [
        {
            "documentId": "a",
            "quotes": [
                {
                    "kind": "QUOTE_KIND_DIRECT",
                    "content": [span(FIRST, "“We saw it,”")],
                    "verbatim": [span(FIRST, "We saw it,")],
                    "cue": span(FIRST, "said"),
                    "speakerMention": span(FIRST, "Ada Brill"),
                    "speakerId": "s1",
                },
                {
                    "kind": "QUOTE_KIND_MIXED",
                    "content": [span(FIRST, "“fiction”")],
                    "verbatim": [span(FIRST, "fictio")],
                    "speakerMention": span(FIRST, "Ada Brill"),
                    "speakerId": "s2",
                },
                {
                    "kind": "QUOTE_KIND_DIRECT",
                    "content": [span(FIRST, "“Blue Dusk”")],
                    "verbatim": [span(FIRST, "Blue Dusk")],
                },
            ],
            "speakers": [
                {"id": "s1", "name": "Brill", "type": "SPEAKER_TYPE_PERSON"},
                {"id": "s2", "name": "the Lake Office", "type": "SPEAKER_TYPE_UNNAMED"},
            ],
            "offsetEncoding": "OFFSET_ENCODING_UTF32",
        },
        {
            "documentId": "b",
            "quotes": [
                {
                    "kind": "QUOTE_KIND_INDIRECT",
                    "content": [span(SECOND, "the dam would hold")],
                    "cue": {"start": SECOND.rindex("said"), "end": SECOND.rindex("said") + 4},
                    "speakerMention": span(SECOND, "Officials"),
                }
            ],
        },
    ]
