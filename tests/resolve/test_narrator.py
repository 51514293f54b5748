from __future__ import annotations

from collections.abc import Set as AbstractSet

import pytest

from inquit.resolve.clusters import NameClusters
from inquit.resolve.names import find_names
from inquit.resolve.narrator import narrator_of
from resolving import Quoted, draft_of

_OWN = [f"“It was {word},”" for word in ("one", "two", "three", "four", "five")]


def _narrator(others: list[str], own: list[str], speakers: AbstractSet[str] = frozenset()) -> str | None:
    said = " ".join(f"{words} I said." for words in own)
    text = f"{said} The harbour was grey. " + " ".join(f"{words} she said." for words in others)
    names = NameClusters(find_names(text))
    known = {names.cluster_of[p].number for p, n in enumerate(names.names) if n.words[-1] in speakers}
    cluster = narrator_of(
        text,
        [draft_of(text, Quoted(words)) for words in own],
        [draft_of(text, Quoted(words)) for words in others],
        names,
        known,
    )
    return None if cluster is None else text[cluster.fullest.start : cluster.fullest.end]


_ADDRESSED = ["“Come, Lane, be quick,”", "“My dear Lane!”", "“The sea is up, Lane.”"]


def test_the_narrator_is_whom_the_others_address() -> None:
    """`I` who speaks often is the one whose name the others call him by."""
    assert _narrator(_ADDRESSED, _OWN) == "Lane"


@pytest.mark.parametrize(
    ("others", "own", "speakers"),
    [
        (_ADDRESSED[:2], _OWN, set()),
        (_ADDRESSED, _OWN[:4], set()),
        (_ADDRESSED, _OWN, {"Lane"}),
        ([*_ADDRESSED, "“Come, Vane, be late,”", "“Oh Vane!”", "“The sun is up, Vane.”"], _OWN, set()),
        (["“So Lane went home,”", "“The boat of Lane sank,”", "“I saw Lane there,”"], _OWN, set()),
        ([], [], set()),
    ],
    ids=["hardly addressed", "hardly speaks", "a speaker by name", "two alike", "only spoken of", "nothing"],
)
def test_without_clear_signs_the_narrator_has_no_name(
    others: list[str], own: list[str], speakers: set[str]
) -> None:
    """Too few words of either side, another speaker's name, or two names alike tell nothing."""
    assert _narrator(others, own, speakers) is None
