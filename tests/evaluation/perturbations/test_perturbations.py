"""Each perturbation on a short invented text."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inquit.evaluation.perturbations.catalogue import ALL, PERTURBATIONS, chosen
from inquit.evaluation.perturbations.page import Page
from inquit.evaluation.rows import Offsets

_stable = settings(max_examples=60, deadline=None, derandomize=True, database=None)
TEXT = (
    "The Dam\n\n"
    "“We saw ‘it’ leak, and the council’s men didn’t,” said Ada Brill — of 1 Mill Lane.\n\n"
    "The keepers' “plan” waited ... Ada Brill & her team went home to tell it all to others."
)


def _page(text: str) -> Page:
    strings = tuple(Offsets(*match.span()) for match in re.finditer('“[^“”]*”|"[^"]*"', text))
    return Page(text, strings, strings, ("Ada Brill",) if "Ada Brill" in text else ())


def _perturbed(name: str, text: str = TEXT, seed: int = 0) -> str:
    return PERTURBATIONS[name](_page(text), seed=seed, document_id="dam").text


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("straight", "“We saw ‘it’,” he didn’t say.", "\"We saw 'it',\" he didn’t say."),
        ("curly", "\"We saw 'it',\" he didn't say.", "“We saw ‘it’,” he didn't say."),
        ("curly", 'said:"No." He "left"', "said:“No.” He “left”"),
        ("british", "“We saw ‘it’,” he didn’t say.", "‘We saw “it”,’ he didn’t say."),
        ("british_straight", "“We saw ‘it’,” he said.", "'We saw \"it\",' he said."),
        ("guillemets", "“We saw ‘it’,” he said.", "«We saw “it”,» he said."),
        ("low_high", "“We saw ‘it’,” he said.", "„We saw ‚it‘,“ he said."),
        ("latex", "“We saw ‘it’,” he said.", "``We saw `it','' he said."),
        (
            "british",
            "“The boys' coats and the girls' hats,” he said.",
            "‘The boys' coats and the girls' hats,’ he said.",
        ),
        ("british", "“It goes on.\n\n“And on,” he said.", "‘It goes on.\n\n‘And on,’ he said."),
        ("capitals", "“We’re at Straße 1,” he said.", "“WE’RE AT STRASSE 1,” HE SAID."),
        ("lower", "“We,” said ADA of İzmir.", "“we,” said ada of i̇zmir."),
        ("title_case", "“we don’t,” said the FBI.", "“We Don’t,” Said The FBI."),
        ("one_paragraph", "One.\n\n“Two,” \n he said.\n", "One. “Two,” he said.\n"),
        (
            "apostrophes",
            "“It's Ada’s, the boys' own ‘it’,” he said.",
            "“It’s Ada's, the boys’ own ‘it’,” he said.",
        ),
    ],
)
def test_changes_that_leave_no_choice(name: str, text: str, expected: str) -> None:
    """Marks, case, paragraphs and apostrophes become what their perturbation says, and nothing else does."""
    assert _perturbed(name, text) == expected


def test_lines_are_wrapped() -> None:
    """No line is longer than 72 columns; words and paragraphs are the same."""
    wrapped = _perturbed("wrapped", TEXT * 3)
    assert max(map(len, wrapped.splitlines())) <= 72
    assert [part.split() for part in wrapped.split("\n\n")] == [
        part.split() for part in (TEXT * 3).split("\n\n")
    ]


def test_a_word_longer_than_a_line_stays_whole() -> None:
    """What has no blank is not broken."""
    long = "x" * 200
    assert _perturbed("wrapped", f"one {long} two three") == f"one\n{long}\ntwo three"


def test_double_spacing_leaves_an_empty_line_after_each() -> None:
    """Every line is followed by an empty one, or one of blanks."""
    lines = _perturbed("double_spaced").splitlines()
    assert all(line.strip() for line in lines[::2])
    assert not any(line.strip() for line in lines[1::2])


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("loose_blanks", r"[ \t]\n|\n\t|\n    |  "),
        ("html", r"<p>(?s:.)*&(#8220|ldquo|quot|#34);(?s:.)*&amp;"),
        ("html_tags", r"(?:<strong>|<b>|<a href=\"[^\"]+\" class=\"person\">)Ada Brill</"),
        ("html_entities", r"council&(#39|#8217|rsquo|#x27);s"),
        ("furniture", r"(?i)the dam\n\n(?:by )?(?:torvald quennell|ines marrow)"),
        ("stamps", r"\d\d?[:.]\d\d"),
        ("brackets", r"“[^”]*\[[^”]*”|“[^”]*\(laughs\)[^”]*”"),
        ("no_break_spaces", r"\w[\u00a0\u202f\u2009\u2003]\w"),
        ("zero_width", r"^\ufeff(?s:.)*[\u200b\u2060\u200e\u00ad]"),
        ("ellipses", r"…|\. \. \."),
        ("dashes", r"Brill(?: [–⸺-]| ?--|[—―–⸺])"),
        ("ocr_5", r"(?s:.)"),
        ("ocr_2", r"(?s:.)"),
    ],
)
def test_changes_with_a_choice(name: str, pattern: str) -> None:
    """What is drawn by chance is there, and the text is not what it was."""
    changed = _perturbed(name)
    assert changed != TEXT
    assert re.search(pattern, changed)


@pytest.mark.parametrize("pattern", [r"@\w+", r"#\w+", r"https://ln\.example/\w{10}"])
def test_posts_carry_handles_topics_and_links(pattern: str) -> None:
    """Within a few pages all three kinds are met."""
    assert any(re.search(pattern, _perturbed("tweets", seed=seed)) for seed in range(9))


def test_lost_marks_are_lost_and_nothing_else_is() -> None:
    """About 5 % of all marks and 10 % of closing ones go; the words stay."""
    text = "“We saw it,” he said. " * 400
    some, closings = _perturbed("lost_marks", text), _perturbed("lost_closings", text)
    assert re.sub("[“”]", "", some) == re.sub("[“”]", "", closings) == re.sub("[“”]", "", text)
    assert 20 < 800 - len(re.findall("[“”]", some)) < 65
    assert closings.count("“") == 400
    assert 20 < 400 - closings.count("”") < 65


@pytest.mark.parametrize(("name", "share"), [("ocr_2", 0.02), ("ocr_5", 0.05)])
def test_noise_is_as_strong_as_it_says(name: str, share: float) -> None:
    """So many letters and blanks are misread, and marks, punctuation and line breaks never."""
    text = (TEXT + "\n\n") * 60
    read = sum(letter.isalnum() or letter == " " for letter in text)
    page = _page(text)
    edited = PERTURBATIONS[name](page, seed=0, document_id="dam")
    assert 0.8 * share < len(edited.edits) / read < 1.1 * share
    kept = r"[“”‘’'.,&—\n]"
    assert re.findall(kept, edited.text) == re.findall(kept, text)


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_one_seed_and_document_make_one_text(name: str) -> None:
    """The same seed and document give the same text, whatever was drawn before; others give others."""
    perturbation, page = PERTURBATIONS[name], _page(TEXT * 4)
    first = perturbation(page, seed=1, document_id="a").text
    others = {perturbation(page, seed=seed, document_id=key).text for seed in range(6) for key in ("a", "b")}
    assert perturbation(_page(TEXT * 4), seed=1, document_id="a").text == first
    assert first in others
    leaves_a_choice = perturbation.group not in {"marks", "case"} and name not in {
        "one_paragraph", "wrapped", "apostrophes",
    }  # fmt: skip
    assert (len(others) > 1) == leaves_a_choice


_PIECES = [
    *"“”\"‘’'«»„`& .\n\t", "“", "”", " ", "\n\n", "''", "``", "ß", "İ", "--", "...", "rn", "1", "Ada Brill", "said",
    "council", "\u00a0", "\U0001f30a", "boys' ",
]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=40).map("".join), st.integers(0, 3))
@_stable
def test_any_text_can_be_perturbed(text: str, seed: int) -> None:
    """No text breaks a perturbation; spans stay in order and in the text."""
    page = _page(text)
    for perturbation in PERTURBATIONS.values():
        edited = perturbation(page, seed=seed, document_id="any")
        moved = [edited.span(string) for string in page.strings]
        assert all(0 <= span.start <= span.end <= len(edited.text) for span in moved)
        assert all(one.end <= other.start for one, other in pairwise(moved))


def test_names_are_chosen() -> None:
    """A list with commas names perturbations once each, `all` all of them; an unknown one is told."""
    assert [one.name for one in chosen("lower, curly,lower")] == ["lower", "curly"]
    assert len(chosen(ALL)) == len(PERTURBATIONS)
    for wrong in ("lower,upside_down", "", ","):
        with pytest.raises(ValueError, match="is no perturbation; there are all, straight"):
            chosen(wrong)
