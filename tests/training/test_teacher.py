from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inquit.errors import ModelError
from inquit.model.encoding import TextEncoder
from inquit.model.tags import TAG_COUNT
from inquit.model.weights import save_model
from inquit.training.teacher import Lesson, lessons
from tiny_model import tiny_config, tiny_network, tiny_tokenizer

_TEXT = "“It leaks,” said Ada Brill. “It always did,” she added."


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Lesson:
    """Return what a tiny model says of a text."""
    folder = tmp_path_factory.mktemp("teacher")
    save_model(folder, tiny_network(), tiny_config(), tiny_tokenizer())
    return lessons([{"id": "a", "text": _TEXT}, {"id": "b", "text": ""}], folder)["a"]


def test_every_word_has_chances(lesson: Lesson) -> None:
    """The chances of the tags of a word add up to one, and none is certain."""
    assert lesson.chances.shape == (len(lesson.starts), TAG_COUNT)
    assert lesson.chances.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert lesson.chances.min() > 0.0


def test_a_variant_is_taught_by_place(lesson: Lesson, encoder: TextEncoder) -> None:
    """A text in other marks and case has the lesson of the text itself, word by word."""
    plain = lesson.for_tokens(encoder.encode(_TEXT))
    varied = encoder.encode(_TEXT.upper().replace("“", '"').replace("”", '"'))
    taught = lesson.for_tokens(varied)
    firsts = np.flatnonzero(varied.word_starts)
    assert taught[firsts].sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert len(firsts) == len(lesson.starts)
    assert np.array_equal(taught[firsts], plain[plain.sum(axis=1) > 0])
    assert not taught[~varied.word_starts].any()


def test_words_that_the_teacher_did_not_see_teach_nothing(lesson: Lesson, encoder: TextEncoder) -> None:
    """A word that begins where the teacher saw none begin has a row of zeros."""
    encoded = encoder.encode(_TEXT.replace("said", "s id"))
    taught = lesson.for_tokens(encoded)
    at = encoded.token_span(_TEXT.index("said") + 2, _TEXT.index("said") + 4)
    assert at is not None
    assert not taught[at[0]].any()


def test_an_empty_lesson_teaches_nothing(encoder: TextEncoder) -> None:
    """A teacher that saw no words leaves all rows at zero."""
    empty = Lesson(np.zeros(0, dtype=np.int64), np.zeros((0, TAG_COUNT), dtype=np.float32))
    assert not empty.for_tokens(encoder.encode(_TEXT)).any()


def test_a_missing_teacher_is_told(tmp_path: Path) -> None:
    """A folder that holds no model is a ModelError before anything is trained."""
    with pytest.raises(ModelError):
        lessons([{"id": "a", "text": _TEXT}], tmp_path)
