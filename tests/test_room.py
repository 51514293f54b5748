from __future__ import annotations

import asyncio

import pytest

from inquit.errors import Overloaded
from inquit.room import Room


async def test_texts_get_in_up_to_the_bound() -> None:
    """What does not fit is refused at once, with the time to try again."""
    room = Room(10, lambda: 5)
    room.take(6)
    room.take(4)
    with pytest.raises(Overloaded) as caught:
        room.take(1)
    assert caught.value.retry_after == 1.0
    room.give_back(4)
    room.take(3)
    assert room.taken == 9


async def test_a_lone_text_of_any_size_fits() -> None:
    """A text within the announced limits is served, however small the room."""
    room = Room(10, lambda: 5)
    room.take(1000)
    room.give_back(1000)
    await room.wait(1000)
    assert room.taken == 1000


async def test_who_waits_comes_in_order() -> None:
    """Those of a size are let in one after the other as others leave, from whatever thread."""
    room = Room(20, lambda: 10)
    room.take(10)
    order: list[int] = []

    async def wait(number: int, size: int) -> None:
        await room.wait(size)
        order.append(number)

    waiting = [asyncio.create_task(wait(number, size)) for number, size in enumerate((5, 5, 5))]
    await asyncio.sleep(0)
    assert order == []
    await asyncio.to_thread(room.give_back, 10)
    await asyncio.wait_for(asyncio.gather(*waiting[:2]), 30)
    assert order == [0, 1]
    room.give_back(5, patient=True)
    await asyncio.wait_for(waiting[2], 30)
    assert room.taken == 10


async def test_a_short_text_overtakes_what_waits_but_not_for_ever() -> None:
    """However much of longer texts waits, a short one is next; a long one is, when as much was let in."""
    room = Room(100, lambda: 10)
    await room.wait(10)
    order: list[str] = []

    async def wait(name: str, size: int) -> None:
        await room.wait(size)
        order.append(name)
        room.give_back(size, patient=True)

    long = [asyncio.create_task(wait(f"long {number}", 10)) for number in range(3)]
    await asyncio.sleep(0)
    assert (room.ahead_of(2), room.ahead_of(10)) == (0, 30)
    short = [asyncio.create_task(wait(f"short {number}", 2)) for number in range(8)]
    await asyncio.sleep(0)
    assert room.ahead_of(2) == 16
    room.give_back(10, patient=True)
    while not long[0].done():
        # For each that leaves, another comes.
        short.append(asyncio.create_task(wait(f"short {len(short)}", 2)))
        await asyncio.sleep(0)
    assert order.index("short 7") < order.index("long 0")
    await asyncio.wait_for(asyncio.gather(*long, *short), 30)


async def test_who_waits_leaves_room_for_who_does_not() -> None:
    """Streams fill no more than their part, so that single calls find room and a short queue."""
    room = Room(20, lambda: 10)
    await room.wait(10)
    late = asyncio.create_task(room.wait(1))
    await asyncio.sleep(0)
    room.take(10)
    assert not late.done()
    late.cancel()
    with pytest.raises(asyncio.CancelledError):
        await late


async def test_who_stops_waiting_takes_no_room() -> None:
    """A caller that leaves before or just as it is let in gives its room back."""
    room = Room(20, lambda: 10)
    room.take(20)
    gone, stays = asyncio.create_task(room.wait(10)), asyncio.create_task(room.wait(5))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    room.give_back(20)
    late = asyncio.create_task(room.wait(5))
    await stays
    late.cancel()  # let in by now, but not awake
    await asyncio.gather(late, return_exceptions=True)
    assert room.taken == 5


async def test_who_asks_is_told_of_those_who_wait() -> None:
    """Several texts together get in one after the other, or are refused before the first."""
    room = Room(20, lambda: 10)
    room.check(1000)
    room.take(10)
    waiting = asyncio.create_task(room.wait(8))
    await asyncio.sleep(0)
    room.check(2)
    with pytest.raises(Overloaded):
        room.check(3)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    room.check(10)


async def test_streams_that_wait_for_ever_keep_nobody_out() -> None:
    """However much waits, who does not wait sees no more of it than is let in at once."""
    room = Room(20, lambda: 10)
    streams = [asyncio.create_task(room.wait(10)) for _ in range(5)]
    await asyncio.sleep(0)
    assert (room.taken, room.ahead_of(10)) == (10, 40)
    room.check(10)
    room.take(10)
    with pytest.raises(Overloaded):
        room.check(1)
    for stream in streams:
        stream.cancel()
    await asyncio.gather(*streams, return_exceptions=True)


async def test_a_large_text_that_leaves_lets_a_smaller_one_in() -> None:
    """Behind one that stops waiting, those who fit are let in at once."""
    room = Room(20, lambda: 10)
    room.take(15)
    large, small = asyncio.create_task(room.wait(10)), asyncio.create_task(room.wait(5))
    await asyncio.sleep(0)
    large.cancel()
    await asyncio.wait_for(small, 30)
    assert room.taken == 20
    await asyncio.gather(large, return_exceptions=True)


async def test_a_large_text_that_waits_gets_in_beside_others() -> None:
    """It waits for its like to leave, not for an empty room, which a busy service never has."""
    room = Room(100, lambda: 10)
    room.take(5)
    await asyncio.wait_for(room.wait(50), 30)
    late = asyncio.create_task(room.wait(1))
    await asyncio.sleep(0)
    assert not late.done()
    room.give_back(50, patient=True)
    await asyncio.wait_for(late, 30)
    assert room.taken == 6
