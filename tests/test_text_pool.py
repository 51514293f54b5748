from __future__ import annotations

import pytest

from inquit.text_pool import Steps, TextPool


async def test_what_others_decode_is_shared_by_the_threads_and_ones_own_is_not() -> None:
    """A text is decoded by one thread, however many there are; those before it go on side by side."""
    pool = TextPool(2)
    pool._decoding_pace.add(1000, 1.0)
    pool._decoding = 20_000
    before, own = pool.decoding_seconds(9_500)
    assert before == pytest.approx(10.0)
    assert own == pytest.approx(10.0)
    assert pool.stop(0.0)


async def test_a_short_text_does_not_make_a_long_one_look_slow() -> None:
    """The time that any text takes, however short, is not taken for that of its characters."""
    pool = TextPool(1)
    pool._decoding_pace.add(15 + 500, 0.005)
    assert pool.decoding_seconds(100_000)[1] < 1.0
    steps: Steps = []
    assert await pool.decode(lambda: "decoded", 15, steps) == "decoded"
    assert pool.stop(30.0)
