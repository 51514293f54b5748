"""Pages whose markup was kept as text, or taken out badly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from inquit.evaluation.perturbations.edits import Edit
from inquit.evaluation.perturbations.page import Page

__all__ = ["HtmlRemains"]

_MARKS = (("&quot;", "&quot;"), ("&#8220;", "&#8221;"), ("&ldquo;", "&rdquo;"), ("&#34;", "&#34;"))
_INNER_MARKS = (("&#39;", "&#39;"), ("&#8216;", "&#8217;"), ("&lsquo;", "&rsquo;"), ("&#x27;", "&#x27;"))
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_AROUND_NAMES = (
    ("<strong>", "</strong>"),
    ("<b>", "</b>"),
    ('<a href="https://www.pell-harbor.example/people/42" class="person">', "</a>"),
)
_BETWEEN = ("<br />\n", "<br>", '<div class="ad-slot"></div>\n', "<!-- story-body -->\n", "")


@dataclass(frozen=True, slots=True)
class HtmlRemains:
    """Share of the tags and of the entities that stayed."""

    tags: float = 0.0
    entities: float = 0.0

    def __call__(self, page: Page, random: Random) -> list[Edit]:
        """Write the page in HTML, and take some of it out again."""
        return sorted([*self._tags(page, random), *self._entities(page, random)])

    def _tags(self, page: Page, random: Random) -> list[Edit]:
        kept = []
        for paragraph in page.paragraphs:
            if random.random() < self.tags:
                kept.append(Edit(paragraph.start, paragraph.start, "<p>"))
            if random.random() < self.tags:
                kept.append(Edit(paragraph.end, paragraph.end, "</p>"))
        kept += [
            Edit(gap.end, gap.end, random.choice(_BETWEEN))
            for gap in page.breaks
            if random.random() < 0.3 * self.tags
        ]
        places = {edit.start for edit in kept}
        for name in page.names:
            match = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", page.text)
            if match is None or random.random() >= self.tags or places & set(range(*match.span())):
                continue
            before, after = random.choice(_AROUND_NAMES)
            kept += [Edit(match.start(), match.start(), before), Edit(match.end(), match.end(), after)]
            places.update(range(*match.span()))
        return kept

    def _entities(self, page: Page, random: Random) -> list[Edit]:
        style = random.randrange(len(_MARKS))
        edits = []
        for mark in page.marks:
            opening, closing = (_INNER_MARKS if mark.inner else _MARKS)[style]
            if random.random() < self.entities:
                edits.append(Edit(mark.start, mark.end, opening if mark.opens else closing))
        edits += [
            Edit(*match.span(), _INNER_MARKS[style][1])
            for match in _APOSTROPHE.finditer(page.text)
            if random.random() < self.entities and not page.in_mark(match.start())
        ]
        for place, letter in enumerate(page.text):
            if letter == "&" and random.random() < self.entities:
                edits.append(Edit(place, place + 1, "&amp;"))
            elif letter == " " and random.random() < 0.03 * self.entities:
                edits.append(Edit(place, place + 1, "&nbsp;"))
        return edits
