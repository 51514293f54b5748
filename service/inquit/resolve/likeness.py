"""Whether two different names can be one bearer's."""

from __future__ import annotations

from inquit.resolve.cluster import FEMALE_TITLES, LONGEST_PERSON, MALE_TITLES, Cluster, keys_of
from inquit.resolve.first_names import same_first_name
from inquit.resolve.gender import Gender
from inquit.resolve.name import Name
from inquit.resolve.name_words import ORGANISATION_HEADS
from inquit.types import SpeakerType

__all__ = ["extends", "fits", "one_letter_off", "short_of"]

_PAIR = 2
_RIVALS = {"mrs": "miss", "miss": "mrs"}
# Capitals that are more likely an acronym than a surname in capitals.
_LONGEST_ACRONYM = 3
# Letters from which a surname is told from others in spite of a slip.
_MISSPELT = 5


def extends(cluster: Cluster, keys: tuple[str, ...]) -> bool:
    """Whether a longer name of the cluster holds all these words, and may be cut to them."""
    longer = keys_of(max(cluster.forms, key=lambda n: len(n.words)))
    if not set(keys) <= set(longer):
        return False
    person = not any(k in ORGANISATION_HEADS for k in keys)
    return person or longer[-len(keys) :] == keys


def short_of(cluster: Cluster, keys: tuple[str, ...]) -> bool:
    """Whether a name differs from the cluster's by a short form of the first name or an initial."""
    if cluster.type is not SpeakerType.PERSON or len(keys) > LONGEST_PERSON:
        return False
    longer = keys_of(cluster.fullest)
    return (
        longer[0] != keys[0]
        and same_first_name(longer[0], keys[0])
        and (len(longer) == _PAIR or len(keys) == _PAIR or longer[1] == keys[1])
    )


def one_letter_off(one: str, other: str) -> bool:
    """Whether two long words differ by one letter more, less or other, or by two changed places."""
    if (
        one == other
        or one[0] != other[0]
        or abs(len(one) - len(other)) > 1
        or min(len(one), len(other)) < _MISSPELT
    ):
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    if left[1:] == right or left == right[1:] or (left[:2] == right[1::-1] and left[2:] == right[2:]):
        return True
    # Another letter makes another name oftener than a slip: `Paris`, `Parks`.
    return left[1:] == right[1:] and len(one) > _MISSPELT


def fits(cluster: Cluster, name: Name) -> bool:
    """Whether the title of a bare surname agrees with the gender of the full name."""
    if name.title in _RIVALS and cluster.is_called(_RIVALS[name.title]):
        return False  # mother and daughter
    if name.title in MALE_TITLES:
        return cluster.gender is not Gender.FEMININE
    if name.title in FEMALE_TITLES:
        return cluster.gender is not Gender.MASCULINE
    bare = name.words[0].replace(".", "")
    return not (len(bare) <= _LONGEST_ACRONYM and bare.isupper())
