"""Character entities: `&quot;`, `&#8220;`, `&#x27;`, and those escaped once more: `&amp;quot;`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5

from inquit.text.rewriting import Edit

__all__ = ["decoded_entities"]

# Without its semicolon a name is believed in the commonest five only: `R&D`, `?a=1&copy=2`.
_ENTITY = re.compile(
    r"""&(?:amp;){0,4}(?:
        (?P<name>[A-Za-z][A-Za-z0-9]{1,31});
      | (?P<bare>quot|nbsp|amp|lt|gt)(?![\w;=])
      | (?P<number>\#(?:[0-9]{1,7};?|[xX][0-9A-Fa-f]{1,6};))
    )""",
    re.VERBOSE,
)


def decoded_entities(text: str) -> Iterator[Edit]:
    """Yield each entity with its character; what only looks like one stays."""
    for match in _ENTITY.finditer(text):
        found = _numbered(match["number"]) if match["number"] else _named(match["name"] or match["bare"])
        if found:
            yield Edit(*match.span(), found)


def _named(name: str) -> str | None:
    # Texts in capitals have `&LDQUO;`.
    return html5.get(f"{name};") or html5.get(f"{name.lower()};")


def _numbered(number: str) -> str | None:
    """Return the character of a number, for 128 to 159 that of Windows; None for none."""
    found = unescape(f"&{number.removesuffix(';')};")
    return None if "\ufffd" in found else found
