"""Who said it, with a model that says something: what it outweighs, and what outweighs it."""

from __future__ import annotations

import pytest

from fake_antecedents import FakeAntecedents, place
from inquit.model.weighting import Weights
from inquit.text.segments import Segment
from inquit.types import SpeakerType
from resolving import Quoted, named, resolved

_P, _U = SpeakerType.PERSON, SpeakerType.UNNAMED
_NO, _YES, _SO = "“No,”", "“Yes,”", "“So,”"


def _names(
    text: str, quotes: list[Quoted], model: FakeAntecedents, weights: Weights | None = None
) -> list[str]:
    found = named(text, resolved(text, quotes, model, weights))
    return ["nobody" if f is None else f[0] for f in found]


def _string(text: str, words: str) -> Segment:
    """Return the inside of a quoted string."""
    start = text.index(words)
    return Segment(start + 1, start + len(words) - 1)


@pytest.mark.parametrize("name", ["Laura Brill", "Nina Vane"])
def test_the_model_decides_between_names_that_fit(name: str) -> None:
    """What the model knows outweighs who was named last."""
    text = "Laura Brill met Nina Vane. “No,” she said."
    model = FakeAntecedents(mentions={place(text, "she"): {place(text, name): 0.9}})
    assert _names(text, [Quoted(_NO, "she")], model) == [name]


def test_gender_outweighs_the_model() -> None:
    """`she` is not Tom, whatever the model points to."""
    text = "Laura Brill met Tom Vane. “No,” she said."
    model = FakeAntecedents(mentions={place(text, "she"): {place(text, "Tom Vane"): 0.6}})
    assert _names(text, [Quoted(_NO, "she")], model) == ["Laura Brill"]


def test_the_model_knows_descriptions() -> None:
    """A description that no noun of the text explains is what the model says."""
    text = "Laura Brill met Nina Vane. “No,” the sailor said."
    model = FakeAntecedents(mentions={place(text, "the sailor"): {place(text, "Laura Brill"): 0.9}})
    assert _names(text, [Quoted(_NO, "the sailor")], model) == ["Laura Brill"]


@pytest.mark.parametrize(("chance", "name"), [(0.9, "Laura Brill"), (0.5, "a sailor")])
def test_a_new_description_is_a_name_only_for_certain(chance: float, name: str) -> None:
    """`a sailor` is somebody new, unless the model is sure of a name behind it."""
    text = "Laura Brill met Nina Vane. “No,” a sailor said."
    model = FakeAntecedents(mentions={place(text, "a sailor"): {place(text, "Laura Brill"): chance}})
    assert _names(text, [Quoted(_NO, "a sailor")], model) == [name]


@pytest.mark.parametrize(("chance", "name"), [(0.9, "Nina Vane"), (0.6, "Harbour’s mayor")])
def test_whose_somebody_is_tells_no_name(chance: float, name: str) -> None:
    """`Harbour's mayor` is a speaker of its own, unless the model is sure of a name."""
    text = "Laura Brill met Nina Vane there. “No,” Harbour’s mayor said."
    model = FakeAntecedents(mentions={place(text, "Harbour’s mayor"): {place(text, "Nina Vane"): chance}})
    assert _names(text, [Quoted(_NO, "Harbour’s mayor")], model) == [name]


def test_a_campaign_is_not_its_candidate() -> None:
    """`Vane's campaign` is no person, however sure the model is."""
    text = "Laura Brill met Nina Vane there. “No,” Vane’s campaign said."
    model = FakeAntecedents(mentions={place(text, "Vane’s campaign"): {place(text, "Nina Vane"): 0.95}})
    assert _names(text, [Quoted(_NO, "Vane’s campaign")], model) == ["Vane’s campaign"]


def test_a_name_is_reached_through_a_chain() -> None:
    """`she` is the mayor, the mayor is Laura: no pointer from `she` to the name is needed."""
    text = "Laura Brill met Nina Vane. “No,” the sailor said. “Yes,” she said."
    model = FakeAntecedents(
        mentions={
            place(text, "the sailor"): {place(text, "Laura Brill"): 0.9},
            place(text, "she"): {place(text, "the sailor"): 0.9},
        }
    )
    assert _names(text, [Quoted(_NO, "the sailor"), Quoted(_YES, "she")], model) == ["Laura Brill"] * 2


_TWO = "It was Ada Brill who met Tom Brill. It was late. Then “No,” Brill said, and we saw Ada Brill there."


@pytest.mark.parametrize(
    ("name", "chance", "expected"),
    [("Tom Brill", 0.9, "Tom Brill"), ("Tom Brill", 0.5, "Ada Brill"), ("Ada Brill", 0.9, "Ada Brill")],
)
def test_the_model_tells_two_of_one_surname_apart(name: str, chance: float, expected: str) -> None:
    """A surname that two people bear is whom the model means, from a certain probability on."""
    model = FakeAntecedents(surnames={place(_TWO, "Brill", 3): {place(_TWO, name): chance}})
    assert _names(_TWO, [Quoted(_NO, "Brill")], model) == [expected]


def test_the_full_names_of_one_bearer_add_up() -> None:
    """Probability that is spread over several places of one name counts for its bearer."""
    chances = {
        place(_TWO, "Ada Brill"): 0.35,
        place(_TWO, "Ada Brill", 2): 0.35,
        place(_TWO, "Tom Brill"): 0.3,
    }
    model = FakeAntecedents(surnames={place(_TWO, "Brill", 3): chances})
    assert _names(_TWO, [Quoted(_NO, "Brill")], model) == ["Ada Brill"]


def test_what_a_string_points_to_tells_a_speaker_without_a_mention() -> None:
    """A quotation without attribution is uttered by whom the model means with the string."""
    text = "Laura Brill met Nina Vane.\n\nIt rained.\n\n“No,”\n\nIt rained again, and Tom Lane left."
    model = FakeAntecedents(strings={_string(text, _NO): {place(text, "Laura Brill"): 0.8}})
    assert _names(text, [Quoted(_NO)], model) == ["Laura Brill"]


@pytest.mark.parametrize(
    ("chance", "name"),
    [
        (0.9, "Nina Vane"),
        (0.1, "Laura Brill"),
    ],
)
def test_a_string_speaks_beside_its_mention(chance: float, name: str) -> None:
    """What a string points to sways a doubtful mention when it is sure itself."""
    text = "Nina Vane met Laura Brill. “No,” she said."
    model = FakeAntecedents(
        mentions={place(text, "she"): {place(text, "Laura Brill"): 0.3, place(text, "Nina Vane"): 0.2}},
        strings={_string(text, _NO): {place(text, "Nina Vane"): chance}},
    )
    assert _names(text, [Quoted(_NO, "she")], model) == [name]


def test_a_string_does_not_outweigh_a_name() -> None:
    """`Brill said` is Brill, whatever the string points to."""
    text = "Nina Vane met Laura Brill. “No,” Brill said."
    model = FakeAntecedents(strings={_string(text, _NO): {place(text, "Nina Vane"): 1.0}})
    assert _names(text, [Quoted(_NO, "Brill")], model) == ["Laura Brill"]


def test_a_string_may_mean_a_name_that_comes_later() -> None:
    """What a string points to need not stand before it."""
    text = "Nina Vane met Laura Brill. “No,” she said. “Yes,” said Nina Vane."
    assert _names(
        text,
        [Quoted(_NO, "she"), Quoted(_YES, "Nina Vane")],
        FakeAntecedents(strings={_string(text, _NO): {place(text, "Nina Vane", 2): 0.9}}),
    ) == ["Nina Vane", "Nina Vane"]


def test_turns_without_attribution_are_told_by_their_strings() -> None:
    """In a dialogue each turn is whom its string points to, not always whoever spoke before."""
    text = "Laura Brill met Tom Vane.\n\n“No,” she said.\n\n“Yes,”\n\n“So,”\n\nIt rained."
    model = FakeAntecedents(
        strings={
            _string(text, _YES): {place(text, "Tom Vane"): 0.8},
            _string(text, _SO): {place(text, "she"): 0.8},
        }
    )
    quotes = [Quoted(_NO, "she"), Quoted(_YES), Quoted(_SO)]
    assert _names(text, quotes, model) == ["Laura Brill", "Tom Vane", "Laura Brill"]


def test_a_relative_clause_without_a_name_before_it() -> None:
    """`…, who said` after a description is whom the model means by `who`."""
    text = "Laura Brill was late. There was an old sailor of the town, who said “No,” and left."
    model = FakeAntecedents(mentions={place(text, "who"): {place(text, "Laura Brill"): 0.8}})
    assert _names(text, [Quoted(_NO, "who")], model) == ["Laura Brill"]


def test_a_sure_model_is_surer() -> None:
    """The confidence rises with the model's."""
    text = "Laura Brill met Nina Vane. “No,” she said."
    found = [
        resolved(
            text,
            [Quoted(_NO, "she")],
            FakeAntecedents(
                mentions={place(text, "she"): {place(text, "Laura Brill"): chance}},
                strings={_string(text, _NO): {place(text, "Laura Brill"): chance}},
            ),
        )
        for chance in (0.4, 0.7, 0.95)
    ]
    levels = [f.attributions[0].confidence for f in found]
    assert levels == sorted(set(levels))
    assert all(0.0 < level <= 1.0 for level in levels)


def test_the_model_says_what_a_speaker_is() -> None:
    """The type of a speaker is the model's where it is sure of it."""
    text = "Then came Kelder. “No,” Kelder said."
    sure = {SpeakerType.ORGANIZATION: 0.95, _P: 0.05}
    model = FakeAntecedents(kinds={place(text, "Kelder", n): sure for n in (1, 2)})
    assert named(text, resolved(text, [Quoted(_NO, "Kelder")], model)) == [
        ("Kelder", SpeakerType.ORGANIZATION)
    ]


def test_weights_say_how_much_the_text_counts() -> None:
    """With the signs of the text at nothing the model alone decides."""
    text = "“Yes,” said Laura Brill. It rained on Nina Vane. “No,” she said."
    model = FakeAntecedents(mentions={place(text, "she"): {place(text, "Nina Vane"): 0.3}})
    quotes = [Quoted(_YES, "Laura Brill"), Quoted(_NO, "she")]
    assert _names(text, quotes, model, Weights(last_speaker=0.6)) == ["Laura Brill"] * 2
    assert _names(text, quotes, model, Weights(last_speaker=0.0, nearest_name=0.0)) == [
        "Laura Brill",
        "Nina Vane",
    ]


def test_a_description_means_the_same_person_twice() -> None:
    """`the sailor` who was Laura is Laura again when the model says the same of both."""
    text = "Laura Brill met Nina Vane. “No,” the sailor said. It rained on. “Yes,” the sailor said."
    laura = {place(text, "Laura Brill"): 0.6}
    model = FakeAntecedents(mentions={place(text, "the sailor", n): laura for n in (1, 2)})
    quotes = [Quoted(_NO, "the sailor"), Quoted(_YES, "the sailor")]
    assert _names(text, quotes, model) == ["Laura Brill"] * 2
