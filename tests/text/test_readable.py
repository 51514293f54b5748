"""Texts as they are read, and the way back to the caller's own."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inquit.text.marks import read_marks
from inquit.text.readable import Readable
from inquit.text.segments import Segment, paragraphs

_PIECES = [
    *("<", ">", "</", "/>", "<b>", "</b>", "<p>", "</p>", "<br/>", "<q>", "</q>", "<!--", "-->", "<!"),
    *("<script>", "</script>", '<a href="x">', "<a x='", "<sic>", "</sic>", "<name@host>", "<3", "a < b"),
    *("<![CDATA[", "]]>", "&", ";", "&amp;", "&lt;", "&gt;", "&quot;", "&amp;quot;", "&nbsp;", "&#39;"),
    *("&#x201c;", "&rdquo;", "&#0;", "&#55296;", "&#99999999;", "&none;", "&fjlig;", "&zwnj;", "&#13;"),
    *("\u00ad", "\u200b", "\u200e", "\ufeff", "\u00a0", "\u2009", "\u3000", "\t", "\x1f", "  ", " ", " \n"),
    *("\r\n", "\r", "\u2028", "\n", "\n\n", "\n \n", "`", "``", "'", "''", "'''", "“", "”", '"'),
    *("Odo Fenwick", " said", "the dam leaks", ". ", ", ", "A", "b", "1", "\U0001f30a", "e\u0301", "\x00"),
    *("\ud83c", "\ufffd", "\x85", "the dam leaks and leaks again and again and\n\n"),
]
_TEXTS = st.lists(st.sampled_from(_PIECES), max_size=50).map("".join)
_stable = settings(max_examples=500, deadline=None, derandomize=True, database=None)


def _slice(text: str, segment: Segment) -> str:
    return text[segment.start : segment.end]


def _parts(text: str) -> list[str]:
    """Return the caller's words for each character that is read."""
    readable = Readable.of(text)
    segments = [readable.original(Segment(n, n + 1)) for n in range(len(readable.text))]
    return [_slice(text, segment) for segment in segments]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        # Entities: named, decimal, hexadecimal, of Windows, escaped twice, without a semicolon.
        ("&ldquo;It leaks,&rdquo; Quill said.", "“It leaks,” Quill said."),
        ("&quot;It&#39;s wet,&#34; &#8220;it&#x2019;s wet&#X201D;", '"It\'s wet," “it’s wet”'),
        ("&#147;It leaks,&#148; he said.", "“It leaks,” he said."),
        ("&amp;quot;It leaks&amp;amp;quot; R&amp;D", '"It leaks" R&D'),
        ("&quot It leaks&quot, don&#39t", '" It leaks", don\'t'),
        ("&LDQUO;IT LEAKS&RDQUO;", "“IT LEAKS”"),
        ("Mara&nbsp;Quill, Mara&#160;Quill, Mara&thinsp;Quill", "Mara Quill, Mara Quill, Mara Quill"),
        ("har&shy;bor&#8203; master", "harbor master"),
        # What only looks like one.
        ("R&D, AT&T; &foo; & &; &#; &#x; &#0; &#55296; &#9999999;",) * 2,
        ("dam.example/?a=1&copy=2&amplitude=3&lt=4",) * 2,
        # Tags: inline ones are nothing, others part lines and paragraphs.
        ("said Rep. <b>Odo Fenwick</b>.", "said Rep. Odo Fenwick."),
        ('<a class="person" href=/people/42 hidden>Odo</a> <EM>Fenwick</EM >', "Odo Fenwick"),
        ("<p>One.</p><p class='x'>Two.<br>Three.<br />Four.</p>", "\n\nOne.\n\n\n\nTwo.\nThree.\nFour.\n\n"),
        ('<a title="a > b">x</a>', "x"),
        ("<q>It leaks,</q> he said.", "“It leaks,” he said."),
        ("a<!-- <p>no</p> -->b<script>if (a<b) { “no” }</script>c<style>no</STYLE >d", "abcd"),
        ("<!DOCTYPE html><?xml version='1.0'?><![if x]>a<![endif]>", "a"),
        ("<![CDATA[<p>It leaks</p>]]>", "\n\nIt leaks\n\n"),
        ("&lt;p&gt;It leaks&lt;/p&gt;", "\n\nIt leaks\n\n"),
        # Names that HTML does not know.
        ("<person>Odo</person> said <o:p></o:p><tweet id='4'><st1/>", "Odo said"),
        # What is none.
        ("a < b, i <3 u, <name@host>, <sic>, <https://dam.example/>, if a<b and c>d, <-, <>, </3, x>y",) * 2,
        ('<a href="no end, <b c, </a, <!-- no end',) * 2,
        ("<script>no end", "no end"),
        ("a ]]> b",) * 2,
        # Characters without width, blanks, line ends.
        ("\ufeff“\u200bIt\u00ad leaks\u2060,” \u200eMara Quill", "“It leaks,” Mara Quill"),
        ("Mara\u2009Quill\u202fand\u3000Odo\tFenwick\u00a0 said", "Mara Quill and Odo Fenwick said"),
        ("One. \r\n\r\n  Two.\rThree.\u2028Four.\x85Five.  ", "One.\n\nTwo.\nThree.\nFour.\nFive."),
        # Marks of LaTeX.
        (
            "``It leaks,'' he said. ``I ask: `Who pays?' Nobody.''",
            "“It leaks,” he said. “I ask: ‘Who pays?' Nobody.”",
        ),
        (
            "```No,' he said''; ``he said `no'''; `he said ``no'''",
            "“‘No,' he said”; “he said ‘no’”; ‘he said “no”’",
        ),
        ("''It leaks,'' he said. Run `this`, then `that`.",) * 2,
    ],
)
def test_a_text_is_read_without_its_remains(text: str, read: str) -> None:
    """What is read is what the text would show, and nothing that only looks like a remain is lost."""
    assert Readable.of(text).text == read


def test_a_clean_text_is_read_as_it_is() -> None:
    """A text without remains is the very string that is read, and all offsets are its own."""
    text = "“It leaks,” said Mara Quill.\n\nOdo Fenwick’s dam < Mara’s; R&D. 🌊\n" * 9
    readable = Readable.of(text)
    assert readable.text is text
    assert readable.original(Segment(3, 8)) == readable.readable(Segment(3, 8)) == (3, 8)
    offsets = np.array([0, 5])
    assert readable.originals(offsets) is offsets


def test_a_stretch_leads_back_to_the_callers_words() -> None:
    """A stretch of what is read is the caller's words for it, without the tags at its edges."""
    text = "<p>&ldquo;It leaks,&rdquo; said <b>Odo&nbsp;\n <i>Fen</i>\u00adwick</b>.</p>"
    readable = Readable.of(text)

    def back(words: str) -> str:
        start = readable.text.index(words)
        return _slice(text, readable.original(Segment(start, start + len(words))))

    assert back("“It leaks,”") == "&ldquo;It leaks,&rdquo;"
    assert back("It leaks,") == "It leaks,"
    assert back("Odo") == "Odo"
    start = readable.text.index("Odo")
    name = Segment(start, readable.text.index(".", start))
    assert _slice(text, readable.original(name)) == "Odo&nbsp;\n <i>Fen</i>\u00adwick"
    assert readable.words(name) == "Odo Fenwick"


@given(_TEXTS)
@_stable
def test_every_character_stands_for_a_stretch_of_the_text(text: str) -> None:
    """Stretches are not empty, lie in the text and never go back."""
    readable = Readable.of(text)
    found = [readable.original(Segment(n, n + 1)) for n in range(len(readable.text))]
    assert all(0 <= a < b <= len(text) for a, b in found)
    assert all(a.start <= b.start and a.end <= b.end for a, b in pairwise(found))
    assert all(a.end <= b.start or a == b for a, b in pairwise(found))
    starts = readable.originals(np.arange(len(readable.text)))
    assert starts.tolist() == [a for a, _ in found]


@given(_TEXTS)
@_stable
def test_letters_stand_for_themselves(text: str) -> None:
    """A letter that is read is that letter in the text, or all of an entity."""
    read = Readable.of(text).text
    for letter, part in zip(read, _parts(text), strict=True):
        if letter.isalnum():
            assert part == letter or (part.startswith("&") and len(part) > 1)


@given(_TEXTS, st.data())
@_stable
def test_offsets_go_both_ways(text: str, data: st.DataObject) -> None:
    """A stretch that is read comes back from the caller's text as itself."""
    readable = Readable.of(text)
    start = data.draw(st.integers(0, len(readable.text)))
    end = data.draw(st.integers(start, len(readable.text)))
    there = readable.original(Segment(start, end))
    assert 0 <= there.start <= there.end <= len(text)
    back = readable.readable(there)
    if start < end:
        # A ligature's letters stand for one entity, and cannot be told apart.
        assert readable.original(back) == there
        assert (back == (start, end)) or "&fjlig;" in text or "</p>" in text or "<p>" in text


@given(_TEXTS)
@_stable
def test_what_is_read_has_no_remains(text: str) -> None:
    """Nothing without width is left, and no blank but the plain one within or around lines."""
    read = Readable.of(text).text
    assert not {"\u00ad", "\u200b", "\ufeff", "\u00a0", "\t", "\r", "\u2028"} & set(read)
    assert all(line == line.strip(" ") and "  " not in line for line in read.split("\n"))


@given(st.text("ab,.“”\"’'\n AB1 ", max_size=60))
@_stable
def test_reading_what_is_read_changes_nothing(text: str) -> None:
    """Of a text without tags and entities, what is read is read as it is."""
    once = Readable.of(text).text
    assert Readable.of(once).text == once


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "<",
            "&",
            "`",
            "'",
            "``a",
            "`a",
            "<!--",
            "<!-->",
            "<script>",
            "<style><script>",
            "</a",
            "<a ",
            "<a b",
        ),
        *(
            '<a x="',
            "<a x='",
            "<a x=\"'",
            "<a x='b\" y=\"c' ",
            "<a b=c ",
            "<sic>",
            "<![CDATA[",
            "]]>",
            "<a\t",
        ),
        *(
            "&amp;",
            "&#1",
            "&a",
            "&amp;lt;",
            "\u200b",
            " ",
            " \n",
            "\n",
            "\t",
            "\r\n",
            "a\n\n",
            "a\n\n ",
            "a  \n\t\n",
        ),
    ],
)
def test_texts_of_one_pattern_are_read(unit: str) -> None:
    """A text made to be slow is read in time that grows with its length only: this would take hours."""
    readable = Readable.of(unit * (400_000 // len(unit)))
    assert len(readable.text) <= 400_000


def test_a_string_in_entities_over_tags_is_one_string() -> None:
    """What the marks and paragraphs are read from is the readable text."""
    readable = Readable.of(
        "<p>&quot;The <b>dam</b>\u200b leaks,&quot; he said.</p><p>&quot;It must go.&quot;</p>"
    )
    whole = paragraphs(readable.text)
    strings = read_marks(readable.text, whole).strings
    assert [readable.text[s.inner_start : s.inner_end] for s in strings] == ["The dam leaks,", "It must go."]
    assert len(whole) == len(strings)
