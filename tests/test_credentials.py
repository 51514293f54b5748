from __future__ import annotations

import asyncio
from io import StringIO
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
import trustme

import certificates
from certificates import issue, replace, write_authority
from fake_extractor import FakeExtractor
from inquit import AsyncClient, Client, Tls, Unauthenticated, Unavailable
from inquit.config import ServerSettings, read_settings
from inquit.errors import InvalidInput
from inquit.service import Service
from running_service import Running, events, serving

WARNING = "changed files cannot be used, what they said before stays"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Make the authority of servers and callers."""
    return trustme.CA()


@pytest.fixture(scope="module")
def stranger() -> trustme.CA:
    """Make an authority that nobody trusts."""
    return trustme.CA()


@pytest.fixture
def pair(authority: trustme.CA, tmp_path: Path) -> dict[str, Any]:
    """Return the settings of a service for localhost."""
    issue(authority, tmp_path / "server")
    return certificates.settings(tmp_path / "server")


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path) -> Path:
    """Return a file with the authority."""
    return write_authority(authority, tmp_path / "ca.pem")


async def served(running: Running, *roots: bytes, mine: trustme.LeafCert | None = None) -> bool:
    """Tell whether a new connection that trusts these roots is answered."""
    identity = () if mine is None else (mine.private_key_pem.bytes(), mine.cert_chain_pems[0].bytes())
    credentials = grpc.ssl_channel_credentials(b"".join(roots), *identity)
    async with grpc.aio.secure_channel(running.address, credentials) as channel:
        try:
            await Running(running.service, running.address, channel).extract("a")
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.UNAVAILABLE:
                raise
            return False
        return True


async def test_a_new_certificate_is_for_new_connections(
    authority: trustme.CA, stranger: trustme.CA, pair: dict[str, Any], tmp_path: Path
) -> None:
    """Files are replaced without restart: who comes later sees the new certificate, who is there goes on."""
    old, new = authority.cert_pem.bytes(), stranger.cert_pem.bytes()
    async with (
        serving(FakeExtractor(), **pair) as running,
        grpc.aio.secure_channel(running.address, grpc.ssl_channel_credentials(old)) as channel,
    ):
        early = Running(running.service, running.address, channel)
        await early.extract("before")
        assert not await served(running, new)
        issue(stranger, tmp_path / "server")
        assert await served(running, new)
        assert not await served(running, old)
        assert channel.get_state() is grpc.ChannelConnectivity.READY
        assert (await early.extract("after")).speakers[0].name == "after"


async def test_half_of_a_pair_is_waited_for(
    authority: trustme.CA, stranger: trustme.CA, pair: dict[str, Any], log: StringIO
) -> None:
    """While key and certificate do not belong together the old ones serve; it is told once, without their content."""
    old, new = authority.cert_pem.bytes(), stranger.cert_pem.bytes()
    issued = stranger.issue_cert("localhost")
    async with serving(FakeExtractor(), **pair) as running:
        replace(pair["tls_key"], issued.private_key_pem.bytes())
        assert await served(running, old)
        pair["tls_cert"].write_bytes(issued.cert_chain_pems[0].bytes()[:100])
        assert await served(running, old)
        assert len(events(log, WARNING)) == 1
        replace(pair["tls_cert"], issued.cert_chain_pems[0].bytes())
        assert await served(running, new)
    assert len(events(log, WARNING)) == 1
    assert "BEGIN" not in log.getvalue()


async def test_callers_need_a_certificate(
    authority: trustme.CA, stranger: trustme.CA, pair: dict[str, Any], trusted: Path
) -> None:
    """With an authority for callers, those without its certificate do not get through the handshake."""
    roots = authority.cert_pem.bytes()
    async with serving(FakeExtractor(), tls_client_ca=trusted, **pair) as running:
        assert await served(running, roots, mine=authority.issue_cert("caller.example"))
        assert not await served(running, roots)
        assert not await served(running, roots, mine=stranger.issue_cert("caller.example"))


async def test_a_new_authority_is_for_new_connections(
    authority: trustme.CA, stranger: trustme.CA, pair: dict[str, Any], trusted: Path
) -> None:
    """Whom to trust is changed without restart as well; a broken file changes nothing."""
    roots = authority.cert_pem.bytes()
    mine, other = authority.issue_cert("caller.example"), stranger.issue_cert("caller.example")
    async with serving(FakeExtractor(), tls_client_ca=trusted, **pair) as running:
        replace(trusted, b"")
        assert await served(running, roots, mine=mine)
        assert not await served(running, roots)
        write_authority(stranger, trusted)
        assert await served(running, roots, mine=other)
        assert not await served(running, roots, mine=mine)


def caller(authority: trustme.CA, folder: Path, ca: Path | None) -> Tls:
    """Return what a client of ours needs to come with a certificate."""
    issue(authority, folder, "caller.example")
    return Tls(ca, folder / "cert.pem", folder / "key.pem")


async def test_the_client_brings_certificate_and_token(
    authority: trustme.CA, pair: dict[str, Any], trusted: Path, tmp_path: Path
) -> None:
    """Both clients pass both locks; each lock alone keeps others out."""
    tokens = tmp_path / "tokens"
    tokens.write_text("secret\n")
    tls = caller(authority, tmp_path / "caller", trusted)
    async with serving(FakeExtractor(), tls_client_ca=trusted, token_file=tokens, **pair) as running:
        async with AsyncClient(running.address, tls=tls, token="secret") as client:
            await client.wait_ready(30)
            assert (await client.extract("a")).speakers[0].name == "a"
        with Client(running.address, tls=tls, token="secret") as blocking:
            assert (await asyncio.to_thread(blocking.extract, "b")).speakers[0].name == "b"
        async with AsyncClient(running.address, tls=tls, token="wrong") as client:
            with pytest.raises(Unauthenticated):
                await client.extract("a")
        async with AsyncClient(running.address, tls=trusted, token="secret") as client:
            with pytest.raises(Unavailable):
                await client.extract("a")


async def test_the_client_refuses_a_service_of_strangers(
    stranger: trustme.CA, pair: dict[str, Any], tmp_path: Path
) -> None:
    """A client that trusts another authority sends nothing."""
    extractor = FakeExtractor()
    other = write_authority(stranger, tmp_path / "other.pem")
    async with serving(extractor, **pair) as running, AsyncClient(running.address, tls=other) as client:
        with pytest.raises(Unavailable):
            await client.extract("a")
    assert extractor.batches == []


@pytest.mark.parametrize("content", [None, b"", b"nothing", b"-----BEGIN CERTIFICATE-----\nnone\n"])
async def test_authorities_that_cannot_be_used_are_named(
    content: bytes | None, pair: dict[str, Any], tmp_path: Path
) -> None:
    """A wrong file stops the start and says which setting it was: it never means that everybody may come."""
    path = tmp_path / "callers.pem"
    if content is not None:
        path.write_bytes(content)
    settings = ServerSettings(port=0, tls_client_ca=path, **pair)
    with pytest.raises(InvalidInput, match=r"^tls_client_ca: .*callers\.pem") as caught:
        await Service(settings, lambda _: FakeExtractor().as_extractor).start()
    assert caught.value.field == "tls_client_ca"


async def test_authorities_may_be_commented(
    authority: trustme.CA, pair: dict[str, Any], trusted: Path
) -> None:
    """Bundles name their authorities between the certificates, in any alphabet."""
    replace(trusted, "# Première autorité\n".encode() + authority.cert_pem.bytes())
    roots = authority.cert_pem.bytes()
    async with serving(FakeExtractor(), tls_client_ca=trusted, **pair) as running:
        assert await served(running, roots, mine=authority.issue_cert("caller.example"))


async def test_a_key_of_another_certificate_is_named(
    stranger: trustme.CA, pair: dict[str, Any], tmp_path: Path
) -> None:
    """A pair that does not belong together is found at the start, not by the first caller."""
    replace(pair["tls_key"], stranger.issue_cert("localhost").private_key_pem.bytes())
    service = Service(ServerSettings(port=0, **pair), lambda _: FakeExtractor().as_extractor)
    with pytest.raises(InvalidInput, match="tls_cert, tls_key"):
        await service.start()


def test_callers_certificates_need_tls() -> None:
    """Nobody believes that callers are checked where they are not."""
    with pytest.raises(InvalidInput, match="tls_client_ca needs tls_cert"):
        read_settings(tls_client_ca="ca.pem")
