from __future__ import annotations

import pytest

from fake_antecedents import FakeAntecedents, place
from inquit.resolve.antecedents import NoAntecedents
from inquit.resolve.clusters import NameClusters
from inquit.resolve.entities import Entity
from inquit.resolve.kinds import settle_types
from inquit.resolve.names import find_names
from inquit.text.segments import Segment
from inquit.types import SpeakerType

_P, _O, _U, _D, _A = (
    SpeakerType.PERSON,
    SpeakerType.ORGANIZATION,
    SpeakerType.UNNAMED,
    SpeakerType.DOCUMENT,
    SpeakerType.AUTHOR,
)
_TEXT = "It was Kelder who said no. It rained. Then the voice said yes."


def _named(kind: SpeakerType = _P) -> Entity:
    (cluster,) = NameClusters(find_names(_TEXT)).clusters
    return Entity(place(_TEXT, "Kelder"), kind, cluster)


def _described(kind: SpeakerType = _U) -> Entity:
    span = place(_TEXT, "the voice")
    return Entity(span, kind, mentions={span})


@pytest.mark.parametrize(
    ("rule", "chances", "expected"),
    [
        (_P, {_O: 0.9, _P: 0.1}, _O),
        (_O, {_P: 0.9, _O: 0.1}, _P),
        # Where the model is in two minds, the words of the name decide.
        (_P, {_O: 0.55, _P: 0.45}, _P),
        (_O, {_O: 0.45, _P: 0.55}, _O),
        # A speaker with a name is a person or an organisation.
        (_P, {_U: 0.9, _P: 0.06, _O: 0.04}, _P),
        (_P, {_D: 0.99, _A: 0.01}, _P),
    ],
)
def test_the_type_of_a_name(
    rule: SpeakerType, chances: dict[SpeakerType, float], expected: SpeakerType
) -> None:
    """What the model is sure of outweighs the words of a name, which decide the rest."""
    entity = _named(rule)
    settle_types([entity], FakeAntecedents(kinds={place(_TEXT, "Kelder"): chances}))
    assert entity.type is expected


@pytest.mark.parametrize(
    ("rule", "chances", "expected"),
    [
        (_U, {_D: 0.9, _U: 0.1}, _D),
        # The noun of a description leaves no doubt: `the report`.
        (_D, {_O: 0.9, _D: 0.1}, _D),
        (_U, {_O: 0.5, _U: 0.5}, _U),
        # Somebody without a name is no person of the text.
        (_U, {_P: 0.9, _U: 0.06, _O: 0.04}, _U),
    ],
)
def test_the_type_of_a_description(
    rule: SpeakerType, chances: dict[SpeakerType, float], expected: SpeakerType
) -> None:
    """A speaker without a name is described, an organisation or a document."""
    entity = _described(rule)
    settle_types([entity], FakeAntecedents(kinds={place(_TEXT, "the voice"): chances}))
    assert entity.type is expected


@pytest.mark.parametrize("kind", SpeakerType)
def test_a_silent_model_changes_no_type(kind: SpeakerType) -> None:
    """Without a word of the model every type stays what the rules made it."""
    entities = [_named(kind), _described(kind)]
    settle_types(entities, NoAntecedents())
    assert [e.type for e in entities] == [kind, kind]


def test_an_author_stays_one() -> None:
    """Whoever writes `I` is the author, by name or not, whatever the model takes the name for."""
    entities = [_named(_A), Entity(None, _A, mentions={place(_TEXT, "the voice")})]
    kinds = {place(_TEXT, words): {_P: 1.0} for words in ("Kelder", "the voice")}
    settle_types(entities, FakeAntecedents(kinds=kinds))
    assert [e.type for e in entities] == [_A, _A]


def test_all_mentions_have_a_say() -> None:
    """One mention that reads otherwise does not outweigh the others."""
    text = "Kelder said no. It was Kelder who rained. Then came Kelder and it said yes."
    (cluster,) = NameClusters(find_names(text)).clusters
    spans = [Segment(n.start, n.end) for n in cluster.names]
    assert len(spans) == 3
    entity = Entity(spans[0], _P, cluster, mentions={spans[1]})
    sure, unsure = {_O: 0.9, _P: 0.1}, {_O: 0.4, _P: 0.6}
    settle_types([entity], FakeAntecedents(kinds=dict(zip(spans, (sure, sure, unsure), strict=True))))
    assert entity.type is _O


def test_each_speaker_gets_its_own_answer() -> None:
    """Speakers asked about together are not mixed up."""
    entities = [_described(), _named()]
    kinds = {place(_TEXT, "the voice"): {_D: 1.0}, place(_TEXT, "Kelder"): {_O: 1.0}}
    settle_types(entities, FakeAntecedents(kinds=kinds))
    assert [e.type for e in entities] == [_D, _O]
