from __future__ import annotations

from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from certificates import replace
from fake_extractor import FakeExtractor
from inquit.errors import InvalidInput
from inquit.tokens import Tokens
from running_service import Running, events, serving

WARNING = "changed files cannot be used, what they said before stays"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a file with one token."""
    found = tmp_path / "tokens"
    found.write_text("first-token\n")
    return found


async def code(running: Running, token: str) -> grpc.StatusCode:
    """Return how a call with that token ends."""
    try:
        await running.extract("a", metadata=(("authorization", f"Bearer {token}"),))
    except grpc.aio.AioRpcError as error:
        return error.code()
    return grpc.StatusCode.OK


async def test_a_changed_file_holds_for_the_next_call(path: Path) -> None:
    """Tokens come and go without restart, also on connections that are there."""
    async with serving(FakeExtractor(), token_file=path) as running:
        assert await code(running, "first-token") is grpc.StatusCode.OK
        assert await code(running, "other-token") is grpc.StatusCode.UNAUTHENTICATED
        replace(path, b"first-token\nother-token\n")
        assert await code(running, "first-token") is grpc.StatusCode.OK
        assert await code(running, "other-token") is grpc.StatusCode.OK
        replace(path, b"other-token\n")
        assert await code(running, "first-token") is grpc.StatusCode.UNAUTHENTICATED
        assert await code(running, "other-token") is grpc.StatusCode.OK


@pytest.mark.parametrize("broken", [b"", b"\n \n", b"other-token\xff", "töken".encode(), None])
async def test_a_broken_file_keeps_the_tokens(broken: bytes | None, path: Path, log: StringIO) -> None:
    """A file that is being written neither opens the service nor shuts it, and is told of once."""
    async with serving(FakeExtractor(), token_file=path) as running:
        breaking = path.unlink if broken is None else partial(replace, path, broken)
        breaking()
        assert await code(running, "first-token") is grpc.StatusCode.OK
        for wrong in ("other-token", ""):
            assert await code(running, wrong) is grpc.StatusCode.UNAUTHENTICATED
    [warning] = events(log, WARNING)
    assert warning["settings"] == ["token_file"]
    assert "-token" not in log.getvalue()


@pytest.mark.parametrize("line", ["töken", "to\tken", "to\x00ken"])
def test_tokens_that_no_caller_could_send_are_named(line: str, path: Path) -> None:
    """Metadata is printable ASCII; the error has the number of the line and not the line."""
    path.write_text(f"fine\n\n{line}\n")
    with pytest.raises(InvalidInput, match=r"^token_file: line 3 of .* printable ASCII") as caught:
        Tokens(path)
    assert "ken" not in caught.value.message.replace(str(path), "").replace("token_file", "")


def test_without_a_file_everybody_is_allowed() -> None:
    """A service that nobody locked is open."""
    tokens = Tokens(None)
    assert (tokens.required, tokens.allow("")) == (False, True)


@pytest.mark.parametrize(
    ("given", "allowed"),
    [
        ("Bearer first-token", True),
        (b"bearer  first-token ", True),
        ("Bearer", False),
        ("Bearer ", False),
        ("Bearer first-token, Bearer other", False),
        ("Basic first-token", False),
        (b"Bearer \xff", False),
    ],
)
def test_what_the_metadata_must_say(given: str | bytes, *, allowed: bool, path: Path) -> None:
    """The scheme in any case, then the token."""
    assert Tokens(path).allow(given) is allowed


@pytest.mark.parametrize("open_reflection", [True, False])
async def test_reflection_can_be_open(path: Path, *, open_reflection: bool) -> None:
    """The contract may be shown to everybody, by request alone; calls still need their token."""
    settings: dict[str, Any] = {"token_file": path, "open_reflection": open_reflection}
    async with serving(FakeExtractor(), **settings) as running:
        assert await reflected(running) is open_reflection
        assert await code(running, "none") is grpc.StatusCode.UNAUTHENTICATED


async def reflected(running: Running) -> bool:
    """Tell whether the contract is shown to a caller without token."""
    stub = reflection_pb2_grpc.ServerReflectionStub(running.channel)
    answers = stub.ServerReflectionInfo(iter([reflection_pb2.ServerReflectionRequest(list_services="")]))
    try:
        services = (await answers.read()).list_services_response.service
    except grpc.aio.AioRpcError as error:
        if error.code() is not grpc.StatusCode.UNAUTHENTICATED:
            raise
        return False
    return "inquit.v1.QuoteService" in {found.name for found in services}
