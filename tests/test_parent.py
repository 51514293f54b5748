from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from io import StringIO
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

import pytest

from inquit.parent import HURRY, READY, STOP, Parent
from running_service import events


@pytest.fixture
def ends() -> Iterator[tuple[Connection[Any, Any], Connection[Any, Any]]]:
    """Make a link and close it afterwards."""
    near, far = Pipe()
    with near, far:
        yield near, far


async def test_orders_arrive(ends: tuple[Connection[Any, Any], Connection[Any, Any]]) -> None:
    """The parent's first word stops the worker, the second one hurries it."""
    stop, hurry = asyncio.Event(), asyncio.Event()
    Parent(1, ends[0]).obey(stop, hurry)
    ends[1].send_bytes(STOP)
    await stop.wait()
    assert not hurry.is_set()
    ends[1].send_bytes(HURRY)
    await hurry.wait()


async def test_a_dead_parent_is_an_order_to_stop(
    ends: tuple[Connection[Any, Any], Connection[Any, Any]], log: StringIO
) -> None:
    """A link that closes stops the worker, which still answers what runs; nothing raises."""
    stop, hurry = asyncio.Event(), asyncio.Event()
    parent = Parent(1, ends[0])
    parent.obey(stop, hurry)
    ends[1].close()
    await stop.wait()
    parent.say_ready()
    assert not hurry.is_set()
    assert events(log, "the parent is gone")


async def test_sigterm_never_hurries(ends: tuple[Connection[Any, Any], Connection[Any, Any]]) -> None:
    """A service manager that signals all processes does not cut their grace time short."""
    stop, hurry = asyncio.Event(), asyncio.Event()
    Parent(1, ends[0]).obey(stop, hurry)
    os.kill(os.getpid(), signal.SIGTERM)
    await stop.wait()
    ends[1].send_bytes(STOP)
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.sleep(0)
    assert not hurry.is_set()


async def test_the_worker_says_that_it_is_ready(
    ends: tuple[Connection[Any, Any], Connection[Any, Any]],
) -> None:
    """The parent hears it once."""
    Parent(0, ends[0]).say_ready()
    assert ends[1].recv_bytes() == READY
    assert not ends[1].poll()
