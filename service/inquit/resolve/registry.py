"""The entities of one document, each made when it is first asked for."""

from __future__ import annotations

import re

from inquit.resolve.beliefs import Key
from inquit.resolve.cluster import Cluster
from inquit.resolve.clusters import NameClusters
from inquit.resolve.entities import Entity, description_type
from inquit.resolve.gender import Gender
from inquit.resolve.mentions import Mention, MentionKind, core_of
from inquit.text.segments import Segment
from inquit.types import SpeakerType

__all__ = ["Registry"]

# `a senior official, who was not allowed to speak`
_CLAUSE = re.compile(r", (?:who|which|whose)\b|, (?:speaking|citing|requesting|asking)\b")
_TITLE_BEFORE = re.compile(r"(\w+)\.?\s+$")
_LONGEST_TITLE = 20
_KNOWN_GENDERS = frozenset({Gender.MASCULINE, Gender.FEMININE})


class Registry:
    """Makes entities of clusters and descriptions, one for each key."""

    def __init__(
        self, text: str, names: NameClusters, author: Cluster | None = None, *, narrates: bool = False
    ) -> None:
        """Take the text, its names, and the writer's, where the text tells it.

        The writer `narrates` where he is one of the people of a story.
        """
        self._narrates = narrates
        self._text = text
        self._writer = author
        self._names = names
        self._entities: dict[Key, Entity] = {}
        self._keys: dict[int, Key] = {}
        self._by_description: dict[str, Key] = {}
        self._by_noun: dict[str, Key] = {}
        self._author: Key | None = None
        self._heads: dict[Key, str] = {}

    def entity(self, key: Key, mention: Mention | None) -> Entity:
        """Return the entity of a key; a mention that is known to mean it tells of its gender."""
        entity = self._entities.get(key)
        if entity is None:
            cluster = self._names.clusters[key]
            entity = self._added(key, Entity(self._shown(cluster), cluster.type, cluster, cluster.gender))
        if mention is not None and key >= 0 and mention.gender in _KNOWN_GENDERS:
            entity.gender = mention.gender
            if mention.kind is MentionKind.PRONOUN:
                entity.type = SpeakerType.PERSON
        return entity

    def _shown(self, cluster: Cluster) -> Segment:
        """Return the fullest name; a courtesy title stays where it alone tells two bearers apart."""
        full = cluster.fullest
        if len(full.words) == 1 and full.title is not None and self._names.is_shared(cluster):
            before = _TITLE_BEFORE.search(self._text, max(0, full.start - _LONGEST_TITLE), full.start)
            if before is not None and before[1].casefold() == full.title:
                return Segment(before.start(1), full.end)
        return Segment(full.start, full.end)

    @property
    def writer(self) -> Key | None:
        """The key of whom the text calls `I`, or None before it does."""
        return self._author

    def key_of(self, entity: Entity) -> Key:
        """Return the key of an entity that came from here."""
        return self._keys[id(entity)]

    def described(self, key: Key, mention: Mention) -> Key:
        """Return the key of whom a mention describes: `key` where the words are new to the text."""
        if mention.kind is MentionKind.AUTHOR:
            if self._author is None:
                if self._writer is None:
                    self._author = key
                    author = self._added(key, Entity(None, SpeakerType.AUTHOR))
                else:
                    self._author = self._writer.number
                    author = self.entity(self._author, None)
                author.first_person = True
                author.type = SpeakerType.PERSON if self._narrates else SpeakerType.AUTHOR
            return self._author
        # `the aide` is the one of before, `an aide to Brill` is not `an aide to Vane`.
        told = mention.core if mention.kind is MentionKind.DEFINITE else mention.span
        words = self._text[told.start : told.end].casefold()
        known = self._by_description.setdefault(words, key)
        if known not in self._entities:
            full = mention.span
            if mention.kind is MentionKind.DEFINITE:
                full = core_of(self._text, full)
            clause = _CLAUSE.search(self._text, full.start + 1, full.end)
            if clause is not None:
                full = Segment(full.start, clause.start())
            kind = description_type(mention.head)
            self._added(known, Entity(full, kind, None, mention.gender, mention.plural))
            self._by_noun[mention.head] = known
            self._heads[known] = mention.head
        return known

    def described_before(self, mention: Mention) -> Key | None:
        """Return the key of an earlier speaker that was described with the same noun, or None."""
        return self._by_noun.get(mention.head)

    def only_holds(self, key: Key, mention: Mention) -> bool:
        """Whether a description has a noun that is not its own: `an aide to the mayor` is no mayor."""
        name = self._entities[key].name if key in self._heads else None
        if name is None or self._heads[key] == mention.head:
            return False
        return mention.head in self._text[name.start : name.end].casefold().split()

    def called(self, mention: Mention, key: Key) -> None:
        """Note whom a description meant, for the next one with its noun."""
        self._by_noun[mention.head] = key

    def _added(self, key: Key, entity: Entity) -> Entity:
        self._entities[key] = entity
        self._keys[id(entity)] = key
        return entity
