from __future__ import annotations

import pytest

from inquit.resolve.byline import author_of
from inquit.resolve.clusters import NameClusters
from inquit.resolve.names import find_names
from inquit.text.segments import paragraphs
from inquit.types import SpeakerType
from resolving import Quoted, named, resolved

_BODY = "I went to the harbour with Tom Vane. “No,” I said."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"By Laura Brill\n\n{_BODY}", "Laura Brill"),
        (f"The wall fell\n\nBY LAURA BRILL\n\n{_BODY}", "LAURA BRILL"),
        (f"The wall fell\n\nWritten by Laura Brill, our reporter\n\n{_BODY}", "Laura Brill"),
        (f"By: Laura Brill\n\n{_BODY}", "Laura Brill"),
        (f"{_BODY}\n\nLaura Brill is a retired judge.", "Laura Brill"),
        (f"{_BODY}\n\nLaura Brill, a retired judge, lives by the sea.", "Laura Brill"),
        (f"{_BODY}\n\nLaura Brill (left) covers harbours.", "Laura Brill"),
        # Nothing of the kind.
        (_BODY, None),
        (f"By the sea it rained.\n\n{_BODY}", None),
        (f"{_BODY}\n\nLaura Brill met us there.", None),
        (f"{_BODY}\n\nBrill is a retired judge.", None),
        (f"Laura Brill is a retired judge.\n\n{_BODY}\n\nIt rained.\n\nIt fell.", None),
        (f"{_BODY}\n\n{_BODY}\n\n{_BODY}\n\n{_BODY}\n\nBy Laura Brill", None),
        ("", None),
    ],
)
def test_who_wrote_the_text(text: str, expected: str | None) -> None:
    """A byline at the top or a last line about the author tells the writer's name; nothing else does."""
    cluster = author_of(text, paragraphs(text), NameClusters(find_names(text)))
    assert (cluster and text[cluster.fullest.start : cluster.fullest.end]) == expected


def test_the_writer_speaks_by_name() -> None:
    """`I said` is the name of the byline, and stays an author's."""
    text = f"By Laura Brill\n\n{_BODY}"
    assert named(text, resolved(text, [Quoted("“No,”", "I")])) == [("Laura Brill", SpeakerType.AUTHOR)]


def test_a_byline_alone_makes_nobody_an_author() -> None:
    """A writer whom the text quotes by name, and never as `I`, is a person."""
    text = "By Laura Brill\n\nIt rained on the harbour wall. “No,” said Laura Brill."
    assert named(text, resolved(text, [Quoted("“No,”", "Laura Brill")])) == [
        ("Laura Brill", SpeakerType.PERSON)
    ]
