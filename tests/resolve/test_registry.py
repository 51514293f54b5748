from __future__ import annotations

from fake_antecedents import place
from inquit.resolve.beliefs import root
from inquit.resolve.byline import author_of
from inquit.resolve.clusters import NameClusters
from inquit.resolve.gender import Gender
from inquit.resolve.mentions import Mention, read_mention
from inquit.resolve.names import find_names
from inquit.resolve.registry import Registry
from inquit.text.segments import paragraphs
from inquit.types import SpeakerType

_TEXT = (
    "It was Kelder who said no. Then a senior official said yes, and a senior official left. "
    "So the official of the town sat, and the report came. I said so, and we left. She sat."
)


class _Document:
    def __init__(self, text: str = _TEXT) -> None:
        self.text = text
        self.names = NameClusters(find_names(text))
        self.registry = Registry(text, self.names, author_of(text, paragraphs(text), self.names))

    def mention(self, words: str, number: int = 1) -> Mention:
        span = place(self.text, words, number)
        return read_mention(self.text, span, [self.names.names[p] for p in self.names.overlapping(*span)])


def test_a_key_is_one_entity() -> None:
    """Whoever asks for the key of a name gets the same entity, with the fullest form as its name."""
    document = _Document()
    entity = document.registry.entity(0, document.mention("Kelder"))
    assert document.registry.entity(0, None) is entity
    assert entity.cluster is document.names.clusters[0]
    assert (entity.name, entity.type) == (place(_TEXT, "Kelder"), SpeakerType.PERSON)
    assert document.registry.key_of(entity) == 0


def test_a_pronoun_tells_the_gender() -> None:
    """A name that tells no gender has that of the pronoun that means it, and is a person's."""
    document = _Document()
    assert document.registry.entity(0, None).gender is Gender.UNKNOWN
    entity = document.registry.entity(0, document.mention("She"))
    assert (entity.gender, entity.type) == (Gender.FEMININE, SpeakerType.PERSON)


def test_the_same_description_is_one_entity() -> None:
    """`a senior official` twice is one speaker; another description is another."""
    document = _Document()
    first = document.registry.described(root(0), document.mention("a senior official"))
    again = document.registry.described(root(1), document.mention("a senior official", 2))
    other = document.registry.described(root(2), document.mention("the report"))
    assert (first, again, other) == (root(0), root(0), root(2))
    official, report = document.registry.entity(first, None), document.registry.entity(other, None)
    assert official is document.registry.entity(again, None)
    assert (official.name, official.type) == (place(_TEXT, "a senior official"), SpeakerType.UNNAMED)
    assert (report.name, report.type) == (place(_TEXT, "the report"), SpeakerType.DOCUMENT)
    assert [document.registry.key_of(e) for e in (official, report)] == [root(0), root(2)]


def test_a_noun_recalls_who_was_described_by_it() -> None:
    """`the official` finds `a senior official` of before; a noun not used before finds nobody."""
    document = _Document()
    later = document.mention("the official of the town")
    assert document.registry.described_before(later) is None
    key = document.registry.described(root(0), document.mention("a senior official"))
    assert document.registry.described_before(later) == key
    assert document.registry.described_before(document.mention("the report")) is None


def test_a_known_description_is_named_by_its_core() -> None:
    """The name of a description is what it says first, without what follows with `of`."""
    document = _Document()
    key = document.registry.described(root(0), document.mention("the official of the town"))
    assert document.registry.entity(key, None).name == place(_TEXT, "the official")


def test_every_i_is_the_author() -> None:
    """`I` and `we` are one author without a name where the text does not tell the writer's."""
    document = _Document()
    keys = {document.registry.described(root(n), document.mention(w)) for n, w in enumerate(["I", "we"])}
    assert keys == {root(0)}
    entity = document.registry.entity(root(0), None)
    assert (entity.name, entity.type) == (None, SpeakerType.AUTHOR)


def test_the_author_of_a_byline_has_a_name() -> None:
    """`I` is the writer whom the byline names, and an author."""
    text = "By Laura Brill\n\nIt rained on the old wall of the town. I said so."
    document = _Document(text)
    key = document.registry.described(root(0), document.mention("I"))
    entity = document.registry.entity(key, None)
    assert (entity.name, entity.type) == (place(text, "Laura Brill"), SpeakerType.AUTHOR)
    assert document.registry.described(root(1), document.mention("I")) == key
