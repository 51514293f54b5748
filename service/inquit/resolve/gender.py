"""Gender, and that of common English first names, for pronouns that could mean several people."""

from __future__ import annotations

from enum import Enum

__all__ = ["FEMININE", "MASCULINE", "Gender", "first_name_gender"]


class Gender(Enum):
    """Grammatical gender, as far as a word gives it away."""

    MASCULINE = "masculine"
    FEMININE = "feminine"
    NEUTER = "neuter"
    UNKNOWN = "unknown"


MASCULINE = frozenset(
    """
    aaron adam alan albert alex alexander alfred allen andrew anthony antonio arthur barack ben
    benjamin bernard bernie bill billy bob bobby brad bradley brandon brian bruce bryan carl carlos
    charles charlie chris christian christopher chuck craig dan daniel dave david dean dennis dick
    dmitry don donald doug douglas ed eddie edward edwin eli eric ernest eugene evan frank
    franklin fred frederick gabriel gary gavin gene george gerald glenn gordon graham greg gregory
    guy harold harry hassan henry herbert howard hugh hugo ian igor isaac ivan jack jacob james
    jared jason jay jeb jeff jeffrey jeremy jerry jim jimmy joe joel john johnny jon jonathan jorge
    jose joseph josh joshua juan justin karl keith ken kenneth kevin kyle larry lawrence leo leon
    leonard lewis louis luis luke marc marco marcus mario mark martin marvin matt matthew maurice
    max michael mike mitch mohamed mohammed muhammad nathan neil nicholas nick nikolai noah norman
    oleg oliver omar oscar patrick paul pedro pete peter phil philip phillip rafael ralph randy rand
    ray raymond reince richard rick rob robert roger roland ron ronald ross roy russell ryan sam
    samuel sanjay scott sean sergei seth simon stanley stephen steve steven stuart ted terrence
    theodore thomas tim timothy todd tom tommy tony trevor tyler vernon victor vincent vladimir
    volodymyr walter warren wayne william winston zachary
    """.split()
)
FEMININE = frozenset(
    """
    abigail agnes alice alicia alison amanda amber amelia amy ana andrea angela anita ann anna anne
    annie april ashley barbara beatrice becky bella beth betty beverly bonnie brenda bridget camille
    candice carla carly carmen carol caroline carolyn carrie catherine cathy charlotte cheryl
    chloe christina christine cindy claire clara claudia colleen cynthia dana danielle dawn deborah
    debbie debra denise diana diane donna dora doris dorothy edith eileen elaine eleanor elena
    elizabeth ella ellen emily emma erica erin eva evelyn faith felicia fiona florence frances
    gabrielle gail gina gloria grace greta hannah harriet heather heidi helen hillary holly hope
    ida irene iris isabel ivanka jane janet janice jean jeanne jennifer jenny jessica jill joan
    joanna josephine joy joyce judith judy julia julie june karen kate katherine kathleen kathryn
    kathy katie kelly kim kimberly kirsten kristen laura lauren leah lena leslie lily linda lisa liz
    loretta lori lorraine louise lucy lydia lynn madeline maggie marcia margaret maria marie marilyn
    marina martha mary maya megan melania melissa meredith michelle mildred miriam molly monica
    nadia nancy naomi natalie natasha nicole nina nora norma olga olivia pamela patricia paula
    peggy penelope phyllis priscilla rachel rebecca renee rita roberta robin rosa rose ruth sally
    samantha sandra sarah sharon sheila shirley sofia sonia sophia sophie stella stephanie susan
    suzanne svetlana sylvia tamara tara teresa theresa tiffany tina tracy ursula valerie vanessa
    vera veronica victoria violet virginia wanda wendy yvonne zoe
    """.split()
)


def first_name_gender(word: str) -> Gender:
    """Return the usual gender of a first name, or unknown."""
    key = word.casefold()
    if key in MASCULINE:
        return Gender.MASCULINE
    return Gender.FEMININE if key in FEMININE else Gender.UNKNOWN
