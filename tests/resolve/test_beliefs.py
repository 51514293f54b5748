from __future__ import annotations

import pytest

from fake_antecedents import Chances, FakeAntecedents, place
from inquit.resolve.antecedents import Antecedents, NoAntecedents
from inquit.resolve.beliefs import Belief, Beliefs, root
from inquit.resolve.clusters import NameClusters
from inquit.resolve.mentions import read_mention
from inquit.resolve.names import find_names
from inquit.text.segments import Segment

_TEXT = "It was Laura Brill who came. “No,” the mayor said. “Yes,” she said, and Tom Vane sat. “So,” he said."
_LAURA, _TOM = place(_TEXT, "Laura Brill"), place(_TEXT, "Tom Vane")
_MAYOR, _SHE, _HE = place(_TEXT, "the mayor"), place(_TEXT, "she"), place(_TEXT, "he")
_NO, _SO = place(_TEXT, "No,"), place(_TEXT, "So,")


def _names() -> NameClusters:
    return NameClusters(find_names(_TEXT))


def _beliefs(model: Antecedents) -> Beliefs:
    mentions = {n: read_mention(_TEXT, span, ()) for n, span in enumerate([_MAYOR, _SHE, _HE])}
    return Beliefs(_names(), mentions, [_NO, _SO], model)


def _key(name: Segment) -> int:
    return _names().cluster_at(name.start).number


def _about(expected: Belief) -> object:
    return pytest.approx(expected, abs=1e-6)


def test_a_mention_means_the_names_that_the_model_points_to() -> None:
    """Names count with their probability, also when they stand behind; the rest is nobody."""
    beliefs = _beliefs(FakeAntecedents(mentions={_MAYOR: {_LAURA: 0.7, _TOM: 0.2}}))
    belief, none = beliefs.of_mention(0)
    assert belief == _about({_key(_LAURA): 0.7, _key(_TOM): 0.2})
    assert none == pytest.approx(0.1)


def test_a_chain_of_mentions_leads_to_a_name() -> None:
    """`he` that points to `the mayor` means whoever the mayor is."""
    beliefs = _beliefs(FakeAntecedents(mentions={_SHE: {_MAYOR: 0.8}, _HE: {_SHE: 0.5, _TOM: 0.25}}))
    beliefs.settle(0, {_key(_LAURA): 0.9})
    belief, none = beliefs.of_mention(1)
    assert belief == _about({_key(_LAURA): 0.72})
    assert none == pytest.approx(0.2)
    beliefs.settle(1, belief)
    assert beliefs.of_mention(2)[0] == _about({_key(_LAURA): 0.36, _key(_TOM): 0.25})


def test_whom_a_description_brings_in_is_passed_on() -> None:
    """A mention that points to somebody without a name means that entity."""
    beliefs = _beliefs(FakeAntecedents(mentions={_SHE: {_MAYOR: 0.8}}))
    beliefs.settle(0, {root(0): 1.0})
    assert beliefs.of_mention(1)[0] == _about({root(0): 0.8})


def test_a_mention_does_not_point_ahead_to_mentions() -> None:
    """A mention that comes later is left out, and what is left is shared anew."""
    beliefs = _beliefs(FakeAntecedents(mentions={_MAYOR: {_SHE: 0.5, _LAURA: 0.3}}))
    beliefs.settle(1, {_key(_TOM): 1.0})
    belief, none = beliefs.of_mention(0)
    assert belief == _about({_key(_LAURA): 0.6})
    assert none == pytest.approx(0.4)


def test_strings_may_point_ahead() -> None:
    """A quoted string means whoever its mention means, though that stands after it."""
    beliefs = _beliefs(FakeAntecedents(strings={_NO: {_MAYOR: 0.6, _TOM: 0.3}}))
    beliefs.settle(0, {_key(_LAURA): 1.0})
    assert beliefs.of_string(_NO) == _about({_key(_LAURA): 0.6, _key(_TOM): 0.3})
    assert beliefs.of_string(_SO) == {}
    assert beliefs.of_string(Segment(0, 2)) == {}


def test_a_mention_not_settled_means_nobody() -> None:
    """A string that points to a mention of which nothing is known has no speaker by it."""
    beliefs = _beliefs(FakeAntecedents(strings={_NO: {_MAYOR: 0.9}}))
    assert beliefs.of_string(_NO) == {}


def test_what_is_next_to_nothing_is_left_out() -> None:
    """A chance below one in a thousand leads to nobody."""
    chances: Chances = {_MAYOR: {_LAURA: 0.0005, _TOM: 0.5}}
    belief, _ = _beliefs(FakeAntecedents(mentions=chances)).of_mention(0)
    assert belief.keys() == {_key(_TOM)}


def test_a_silent_model_means_nobody() -> None:
    """Without a word of the model every mention is nobody for certain."""
    beliefs = _beliefs(NoAntecedents())
    assert [beliefs.of_mention(n) for n in (0, 1, 2, 99)] == [({}, 1.0)] * 4
    assert beliefs.of_string(_NO) == {}


def test_a_text_without_candidates() -> None:
    """Where there is neither a name nor a mention, the model is not asked."""
    beliefs = Beliefs(NameClusters([]), {}, [_NO], FakeAntecedents(strings={_NO: {_LAURA: 1.0}}))
    assert beliefs.of_string(_NO) == {}
