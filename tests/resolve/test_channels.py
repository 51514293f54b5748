from __future__ import annotations

import pytest

from inquit.model.drafts import DraftQuote
from inquit.resolve.channels import find_channel
from inquit.resolve.surroundings import Surroundings
from inquit.text.segments import Segment, paragraphs, sentences
from inquit.types import QuoteKind


def _part(text: str, part: str) -> Segment:
    start = text.index(part)
    return Segment(start, start + len(part))


def _words(text: str, span: Segment | None) -> str | None:
    return None if span is None else text[span.start : span.end]


def _find(text: str) -> str | None:
    """Read a sentence with `[cue]`, `{content}` and `<mention>` marked in it."""
    plain = ""
    spans: dict[str, list[Segment]] = {"[": [], "{": [], "<": []}
    starts: list[int] = []
    for character in text:
        if character in spans:
            starts.append(len(plain))
        elif character in "]}>":
            opener = {"]": "[", "}": "{", ">": "<"}[character]
            spans[opener].append(Segment(starts.pop(), len(plain)))
        else:
            plain += character
    found = find_channel(
        plain,
        Segment(0, len(plain)),
        spans["{"],
        spans["["][0] if spans["["] else None,
        mention=spans["<"][0] if spans["<"] else None,
    )
    return _words(plain, found)


def _channels(text: str, *drafts: tuple[str, str | None, str | None]) -> list[str | None]:
    """Return the channels of quotations given as content, cue and mention, in order."""
    blocks = paragraphs(text)
    quotes = [
        DraftQuote(
            QuoteKind.DIRECT if content.startswith("“") else QuoteKind.INDIRECT,
            (_part(text, content),),
            (),
            None if cue is None else _part(text, cue),
            None if mention is None else _part(text, mention),
            1.0,
            1.0,
        )
        for content, cue, mention in drafts
    ]
    around = Surroundings(text, blocks, [s for block in blocks for s in sentences(text, block)], quotes)
    return [_words(text, around.channel(quote)) for quote in quotes]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # platforms
        ("he [wrote] on Twitter.", "on Twitter"),
        ("she [posted] on X {that}", "on X"),
        ("he [said] on his Facebook page.", "on his Facebook page"),
        ("he [said] via his official Telegram page.", "via his official Telegram page"),
        ("he [said] on state television.", "on state television"),
        ("he [said] on social media.", "on social media"),
        ("he [wrote] on Truth Social.", "on Truth Social"),
        ("<Venn> took to Twitter to [accuse] {the council}", "to Twitter"),
        ("she [said] in a video on YouTube on Sunday.", "in a video on YouTube"),
        ("he [said] in a post on his website.", "in a post on his website"),
        # writings and recordings
        ("she [said] in a statement.", "in a statement"),
        ("she [said] in a long, written statement released by her office.", "in a long, written statement"),
        ("{…,} the league [said] in statement.", "in statement"),
        (
            "he [wrote] in an e-mail to the harbour committee on Friday.",
            "in an e-mail to the harbour committee",
        ),
        ("he [said] in a text message.", "in a text message"),
        ("he [said] in a blog post.", "in a blog post"),
        ("he [writes] in his book, “Low Tide,” {that}", "in his book, “Low Tide,”"),
        ("In her 2003 book, Low Tide, <she> [noted] {it}.", "In her 2003 book, Low Tide"),
        ("In her book, <Venn> [noted] {it}.", "In her book"),
        ("the firm [argued] in court filings.", "in court filings"),
        (
            "the firm [said] in Harbour and Rivers Commission filings.",
            "in Harbour and Rivers Commission filings",
        ),
        ("he [said] by phone.", "by phone"),
        ("{…,} [wrote] <Jane Roe> for Evening Thought.", "for Evening Thought"),
        # speeches and occasions
        ("he [said] in his speech.", "in his speech"),
        ("he [said] in a speech about fish quotas.", "in a speech"),
        ("he [said] in a speech to dock workers.", "in a speech to dock workers"),
        ("she [said] at a news conference in Rome.", "at a news conference"),
        ("she [said] during a press conference.", "during a press conference"),
        ("he [said] at the town hall.", "at the town hall"),
        ("he [said] at a rally in Ostwick on Friday.", "at a rally"),
        ("he [said] at the Ostwick Fisheries Forum.", "at the Ostwick Fisheries Forum"),
        ("he [said] during Monday’s debate.", "during Monday’s debate"),
        ("he [said] during a “Safe Harbour Forum” in May.", "during a “Safe Harbour Forum”"),
        ("she [testified] before the harbour committee.", "before the harbour committee"),
        ("<She> [spoke] of {ties} while at the Fishers’ Convention.", "at the Fishers’ Convention"),
        # interviews and programmes
        (
            "she [said] in an interview with the Harbour Gazette on Sunday.",
            "in an interview with the Harbour Gazette",
        ),
        (
            "she [said] in an interview with Channel 9’s Jane Roe.",
            "in an interview with Channel 9’s Jane Roe",
        ),
        ("he [said] on NBC’s “Today”.", "on NBC’s “Today”"),
        (
            "<Venn> [said] on Channel 9’s “Early Light with Jane Roe.”",
            "on Channel 9’s “Early Light with Jane Roe.”",
        ),
        ("On “Early Light,” <Venn> [said] {so}.", "On “Early Light,”"),
        (
            "On Tuesday’s episode of “Early Light,” <she> [said] {so}.",
            "On Tuesday’s episode of “Early Light,”",
        ),
        ("he [said] on CNN.", "on CNN"),
        # told
        ("he [told] reporters on Monday.", "reporters"),
        ("he [told] the Harbour Post in an interview.", "the Harbour Post"),
        ("he [told] Harbour Radio late.", "Harbour Radio"),
        ("he [told] CNN.", "CNN"),
        ("he [told] SteadyPost.", "SteadyPost"),
        ("he [told] the Guardian {that}", "the Guardian"),
        ("he [told] “Early Light” {that}", "“Early Light”"),
        ("he [told] Channel 9 host Jane Roe on Monday {that}", "Channel 9 host Jane Roe"),
        ("he [told] Jane Roe of Harbour Radio {that}", "Jane Roe of Harbour Radio"),
        ("he [told] co-host Jane Roe {that}", "co-host Jane Roe"),
        ("he [told] a meeting of island leaders {that}", "a meeting of island leaders"),
        ("he [told] some of the miners.", "some of the miners"),
        ("he [told] supporters at a rally {that}", "at a rally"),
        # audiences, documents as objects, go-betweens
        ("Speaking to reporters, <Venn> [said] {it}.", "to reporters"),
        ("<Venn>, speaking to a fishers’ club in Lund, [warned] {them}.", "to a fishers’ club"),
        ("<Venn> [groused] to a crowd in Lund {that}", "to a crowd"),
        ("<Venn> issued a statement [saying] {it}.", "a statement"),
        ("<Venn> sent out a fundraising e-mail [vowing] {it}.", "a fundraising e-mail"),
        ("{It is}, [according to] a speech <Mrs. Venn> gave in May.", "a speech"),
        ("Through a spokesman, <she> [declined] {to comment}.", "Through a spokesman"),
        # before the speaker
        (
            "In an interview with the Evening Ledger <he> [added] {that}",
            "In an interview with the Evening Ledger",
        ),
        ("A few days ago in a speech <he> [blasted] {the council}.", "in a speech"),
        ("<Venn>, at a later hearing, [said], {“No”}.", "at a later hearing"),
        ("<Venn> [said] in a statement, adding {that}", "in a statement"),
        # none
        ("he [said] in Rome.", None),
        ("he [said] on Monday.", None),
        ("he [said] in March.", None),
        ("he left.", None),
        ("he [told] me {that}", None),
        ("he [told] DuMont {that}", None),
        ("he [relied] on a TV doctor.", None),
        ("he [told] them {that}", None),
        ("he [told] his advisers {that}", None),
        ("he [told] Jane Roe {that}", None),
        ("he [warned] voters {that}", None),
        ("he [said] at a lunch counter.", None),
        ("he [said] of the party.", None),
        ("it sends a clear message, <he> [said].", None),
        ("The court released a video of it, <he> [said].", None),
        ("<The letter> [said] {it}.", None),
        ("{…,} [according to] <a memo>.", None),
        ("<Venn> [said] since the debate, when Roe spoke.", None),
        ("<He> [said] {so} after Roe failed to appear at the second hearing.", None),
    ],
)
def test_the_channel_of_a_sentence(text: str, expected: str | None) -> None:
    """The text tells where it was said with these words, and with no others."""
    assert _find(text) == expected


def test_a_channel_inside_the_quotation_is_none() -> None:
    """What the speaker says of a channel is not where it was said."""
    assert _find("{“I said so on Twitter,”} he [said].") is None


def test_the_channel_nearest_to_the_cue_counts() -> None:
    """Of several channels in a sentence the one beside the cue is meant."""
    text = "The plan, leaked on Facebook, is dead, he wrote on Telegram."
    found = find_channel(text, Segment(0, len(text)), (), _part(text, "wrote"))
    assert found == _part(text, "on Telegram")
    found = find_channel(text, Segment(0, len(text)), (), _part(text, "leaked"))
    assert found == _part(text, "on Facebook")


def test_only_the_sentence_is_read() -> None:
    """A channel of another sentence belongs to another utterance."""
    text = "He left. She wrote on Telegram."
    assert find_channel(text, Segment(0, 8), (), _part(text, "left")) is None


def test_the_object_of_told_is_for_that_cue_alone() -> None:
    """Who was told one thing did not therefore hear the next."""
    text = "Venn told reporters the weir would stay and added that it was cheap."
    assert _channels(
        text,
        ("the weir would stay", "told", "Venn"),
        ("that it was cheap", "added", "Venn"),
    ) == ["reporters", None]


def test_a_phrase_governs_several_cues_of_a_speaker() -> None:
    """What is said and added in one statement was all said in that statement."""
    text = "Venn praised the weir during a speech in Lund and said it was cheap."
    assert _channels(text, ("the weir", "praised", "Venn"), ("it was cheap", "said", "Venn")) == [
        "during a speech",
        "during a speech",
    ]


def test_another_speaker_has_a_channel_of_their_own() -> None:
    """Where somebody else spoke is not where this one did."""
    text = "Venn said it was cheap, and Roe replied in a letter that it was not."
    assert _channels(text, ("it was cheap", "said", "Venn"), ("that it was not", "replied", "Roe")) == [
        None,
        "in a letter",
    ]


def test_a_quotation_that_goes_on_keeps_the_channel() -> None:
    """A sentence quoted without a cue right after another was said where that one was."""
    text = "“It is cheap,” Venn said in a statement. “It will stay.” Roe left. “No.”"
    assert _channels(
        text, ("“It is cheap,”", "said", "Venn"), ("“It will stay.”", None, None), ("“No.”", None, None)
    ) == ["in a statement", "in a statement", None]


def test_a_later_quotation_with_a_cue_needs_its_own_channel() -> None:
    """A new cue without a channel tells none, though the reader may guess it."""
    text = "“It is cheap,” Venn said in a statement. “It will stay,” she added."
    assert _channels(text, ("“It is cheap,”", "said", "Venn"), ("“It will stay,”", "added", "she")) == [
        "in a statement",
        None,
    ]


def test_the_sentence_that_introduces_a_quotation_is_read() -> None:
    """A line that ends with a colon introduces the quotation below it."""
    text = "Venn took to Twitter on Friday:\n\n“It is cheap.”"
    assert _channels(text, ("“It is cheap.”", None, None)) == ["to Twitter"]
    text = "Venn took to Twitter on Friday.\n\n“It is cheap.”"
    assert _channels(text, ("“It is cheap.”", None, None)) == [None]


def test_a_host_met_before_is_known_by_surname() -> None:
    """Once a host was introduced with the station, the surname is enough."""
    text = "Venn told Jane Roe of Harbour Radio that it was cheap. He told Roe it would stay."
    drafts = (("that it was cheap", "told", "Venn"), ("it would stay", "told Roe", "He"))
    assert _channels(text, *drafts) == ["Jane Roe of Harbour Radio", "Roe"]
    text = "He told Roe it would stay."
    assert _channels(text, ("it would stay", "told", "He")) == [None]


def test_a_phrase_in_another_quotation_is_none() -> None:
    """What one speaker tells of a channel is no channel of the next speaker."""
    text = "“I was on the radio at a rally,” said Roe, and Venn laughed “Not you.”"
    assert _channels(
        text, ("“I was on the radio at a rally,”", "said", "Roe"), ("“Not you.”", "laughed", "Venn")
    ) == [None, None]


@pytest.mark.parametrize(
    "unit",
    ["in the A ", "told Foo Bar of ", "to members of a crowd of ", "on “A ", "said in a speech, ", "s'"],
)
def test_what_is_looked_at_is_bounded(unit: str) -> None:
    """A sentence of any length is read only around the cue, so far words change nothing."""
    near = unit * (1400 // len(unit))
    sentence = f"{near}he cued {near}"
    cue = _part(sentence, "cued")
    far = f"{unit * 2000}{sentence}{unit * 2000}"
    shift = len(unit) * 2000
    found = find_channel(sentence, Segment(0, len(sentence)), (), cue)
    other = find_channel(far, Segment(0, len(far)), (), Segment(cue.start + shift, cue.end + shift))
    assert (None if other is None else Segment(other.start - shift, other.end - shift)) == found
