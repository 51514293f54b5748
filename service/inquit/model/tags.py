"""Role tags and what follows what: BIO over content, source and cue."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

__all__ = ["ROLES", "TAG_COUNT", "Role", "begin", "illegal_starts", "illegal_steps", "inside"]

OUTSIDE = 0


class Role(IntEnum):
    """The part a stretch of words plays in a quotation."""

    CONTENT = 0
    SOURCE = 1
    CUE = 2


ROLES = tuple(Role)
TAG_COUNT = 1 + 2 * len(ROLES)


def begin(role: Role) -> int:
    """Return the tag of a word that begins a span of the role."""
    return 1 + 2 * role


def inside(role: Role) -> int:
    """Return the tag of a word that goes on with a span of the role."""
    return 2 + 2 * role


def illegal_steps() -> NDArray[np.bool_]:
    """Return which tag may not follow which, shape [from, to]: I goes on with its own role only."""
    illegal = np.zeros((TAG_COUNT, TAG_COUNT), dtype=bool)
    for role in ROLES:
        illegal[:, inside(role)] = True
        illegal[begin(role), inside(role)] = False
        illegal[inside(role), inside(role)] = False
    return illegal


def illegal_starts() -> NDArray[np.bool_]:
    """Return which tag may not begin a text, shape [tags]."""
    illegal = np.zeros(TAG_COUNT, dtype=bool)
    for role in ROLES:
        illegal[inside(role)] = True
    return illegal
