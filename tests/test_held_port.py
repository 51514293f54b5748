from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from inquit.errors import Unavailable
from inquit.held_port import held_port

HERE = "127.0.0.1"


@contextmanager
def bound(port: int = 0, *options: int) -> Iterator[socket.socket]:
    """Bind a socket as a server does."""
    with socket.socket() as taken:
        for option in (socket.SO_REUSEADDR, *options):
            taken.setsockopt(socket.SOL_SOCKET, option, 1)
        taken.bind((HERE, port))
        taken.listen()
        yield taken


def test_the_port_is_for_those_who_share_it() -> None:
    """Workers may listen beside each other on a held port."""
    with (
        held_port(HERE, 0) as port,
        bound(port, socket.SO_REUSEPORT),
        bound(port, socket.SO_REUSEPORT),
        socket.create_connection((HERE, port)),
    ):
        assert port > 0


def test_nobody_else_gets_a_held_port() -> None:
    """Neither a server of one process nor another parent, also while no worker listens yet."""
    with held_port(HERE, 0) as port:
        with pytest.raises(OSError, match="in use"), bound(port):
            pass
        with pytest.raises(Unavailable, match=str(port)), held_port(HERE, port):
            pass


@pytest.mark.parametrize("options", [(), (socket.SO_REUSEPORT,)])
def test_a_taken_port_is_refused(options: tuple[int, ...]) -> None:
    """Whoever listens keeps its port to itself, also one that would share it."""
    with bound(0, *options) as taken, pytest.raises(Unavailable), held_port(HERE, taken.getsockname()[1]):
        pass


def test_the_remains_of_a_server_are_no_server() -> None:
    """A service starts again at once, though connections of its last run linger."""
    with bound() as server:
        port = server.getsockname()[1]
        with socket.create_connection((HERE, port)) as caller:
            server.accept()[0].close()
            assert caller.recv(1) == b""
    with held_port(HERE, port) as held, bound(held, socket.SO_REUSEPORT):
        assert held == port


def test_a_name_is_held_on_its_addresses() -> None:
    """A host name stands for the addresses that this machine has."""
    with held_port("localhost", 0) as port, pytest.raises(Unavailable), held_port(HERE, port):
        pass


def test_a_wildcard_is_held_on_all_addresses() -> None:
    """Every interface counts as one address that is wider than the others."""
    with held_port("0.0.0.0", 0) as port, pytest.raises(Unavailable), held_port(HERE, port):  # noqa: S104
        pass


@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid"])
def test_addresses_of_other_machines_are_refused(host: str) -> None:
    """An address that this machine does not have is named."""
    with pytest.raises(Unavailable, match=host), held_port(host, 0):
        pass
