from __future__ import annotations

import pytest

from inquit.resolve.gender import Gender
from inquit.resolve.mentions import Mention, MentionKind, read_mention
from inquit.resolve.names import find_names
from inquit.text.segments import Segment

_M, _F, _N, _U = Gender.MASCULINE, Gender.FEMININE, Gender.NEUTER, Gender.UNKNOWN


def _read(part: str) -> tuple[str, Mention]:
    text = f"Then {part} said."
    span = Segment(5, 5 + len(part))
    names = [n for n in find_names(text) if n.start < span.end and span.start < n.end]
    return text, read_mention(text, span, names)


@pytest.mark.parametrize(
    ("part", "kind", "gender", "plural"),
    [
        ("he", MentionKind.PRONOUN, _M, False),
        ("She", MentionKind.PRONOUN, _F, False),
        ("she herself", MentionKind.PRONOUN, _F, False),
        ("it", MentionKind.PRONOUN, _N, False),
        ("they", MentionKind.PRONOUN, _U, True),
        ("who", MentionKind.RELATIVE, _U, False),
        ("that", MentionKind.RELATIVE, _U, False),
        ("I", MentionKind.AUTHOR, _U, False),
        ("we", MentionKind.AUTHOR, _U, False),
        ("you", MentionKind.GENERIC, _U, False),
        ("everyone", MentionKind.GENERIC, _U, False),
        ("”", MentionKind.GENERIC, _U, False),
    ],
)
def test_pronouns(part: str, kind: MentionKind, gender: Gender, plural: bool) -> None:
    """A pronoun tells what its word tells: gender, number, and whether it means anybody."""
    _, mention = _read(part)
    assert (mention.kind, mention.gender, mention.plural) == (kind, gender, plural)


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("Ada Brill", "Ada Brill"),
        ("Ms. Brill", "Brill"),
        ("Ada Brill, a doctor", "Ada Brill"),
        ("Hugh Hill, a doctor,", "Hugh Hill"),
        ("the mayor, Tom Vane", "Tom Vane"),
        ("spokesman Tom Vane", "Tom Vane"),
        ("the Lake Office’s chief, Tom Vane", "Tom Vane"),
        ("Tom Vane of the Lake Office", "Tom Vane"),
        ("Tom Vane, who is the mayor", "Tom Vane"),
        ("Brill himself", "Brill"),
        ("The New Harbour Times", "New Harbour Times"),
        ("the Brill campaign", "Brill campaign"),
        ("his wife and the current mayor Ada Brill", "Ada Brill"),
        ("Ada Brill’s", "Ada Brill"),
    ],
)
def test_a_mention_with_a_name(part: str, name: str) -> None:
    """The name that stands for the speaker is found among titles, appositions and clauses."""
    text, mention = _read(part)
    assert mention.kind is MentionKind.NAME
    assert mention.name is not None
    assert text[mention.name.start : mention.name.end] == name


@pytest.mark.parametrize(
    ("part", "kind", "core", "head", "gender", "plural"),
    [
        ("the ministry", MentionKind.DEFINITE, "the ministry", "ministry", _N, False),
        ("his spokesman", MentionKind.DEFINITE, "his spokesman", "spokesman", _M, False),
        ("the report", MentionKind.DEFINITE, "the report", "report", _U, False),
        ("the 34-year-old", MentionKind.DEFINITE, "the 34-year-old", "34-year-old", _U, False),
        ("a senior official", MentionKind.INDEFINITE, "a senior official", "official", _U, False),
        ("some analysts", MentionKind.INDEFINITE, "some analysts", "analysts", _U, True),
        ("officials", MentionKind.INDEFINITE, "officials", "officials", _U, True),
        ("a woman who saw it", MentionKind.INDEFINITE, "a woman", "woman", _F, False),
        ("an aide to Brill", MentionKind.INDEFINITE, "an aide", "aide", _U, False),
        ("a spokeswoman for the Lake Office", MentionKind.INDEFINITE, "a spokeswoman", "spokeswoman", _F, False),
        ("Brill’s campaign", MentionKind.DEFINITE, "Brill’s campaign", "campaign", _N, False),
        ("the boss", MentionKind.DEFINITE, "the boss", "boss", _U, False),
        pytest.param(
            "two women", MentionKind.INDEFINITE, "two women", "women", _F, True,
            marks=pytest.mark.xfail(reason="plurals without s are read as one"),
        ),
        pytest.param(
            "the police", MentionKind.DEFINITE, "the police", "police", _U, True,
            marks=pytest.mark.xfail(reason="police takes `they`, and is read as one"),
        ),
    ],
)  # fmt: skip
def test_descriptions(
    *, part: str, kind: MentionKind, core: str, head: str, gender: Gender, plural: bool
) -> None:
    """A description is known or new, and its core and noun are found without what follows them."""
    text, mention = _read(part)
    assert (mention.kind, text[mention.core.start : mention.core.end], mention.head) == (kind, core, head)
    assert (mention.gender, mention.plural) == (gender, plural)
    assert mention.owned == (part == "Brill’s campaign")


def test_a_mention_may_be_anything() -> None:
    """A span of a network can be any text: it is read as something, inside its own bounds."""
    for part in ["”", ",", "’s", "of the", "the", "“No”", "🌊", "Mr.", "said Ada", "’", " the  ", "\n"]:
        _, mention = _read(part)
        assert mention.span.start <= mention.core.start <= mention.core.end <= mention.span.end
