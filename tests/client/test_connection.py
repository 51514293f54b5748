from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import grpc
import pytest
import trustme

import inquit
from fake_service import FakeService, Running, running
from inquit import Tls
from inquit.client.connection import Connection

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def resolve(environment: Mapping[str, str], **arguments: Any) -> Connection:
    """Resolve a connection with nothing given but `arguments`."""
    given: dict[str, Any] = {
        "target": None,
        "token": None,
        "tls": None,
        "timeout": None,
        "max_message_bytes": 1024,
    }
    return Connection.resolve(environment=environment, **(given | arguments))


def test_defaults() -> None:
    """Without arguments and environment: the local service, no token, no TLS, five minutes."""
    connection = resolve({})
    assert (connection.target, connection.token, connection.tls, connection.timeout) == (
        "localhost:50051",
        None,
        None,
        300.0,
    )


def test_environment_fills_in_and_arguments_win() -> None:
    """Arguments come before the environment, and that before defaults."""
    environment = {
        "INQUIT_TARGET": "there:1",
        "INQUIT_TOKEN": "e",
        "INQUIT_TIMEOUT": "5",
        "INQUIT_TLS_CA": "/ca.pem",
    }
    connection = resolve(environment)
    assert (connection.target, connection.token, connection.timeout) == ("there:1", "e", 5.0)
    assert connection.tls == Tls(ca="/ca.pem")
    connection = resolve(environment, target="here:2", token="a", timeout=7, tls=False)
    assert (connection.target, connection.token, connection.timeout, connection.tls) == (
        "here:2",
        "a",
        7,
        None,
    )


@pytest.mark.parametrize(
    ("environment", "tls", "expected"),
    [
        ({}, None, None),
        ({}, True, Tls()),
        ({}, "/mine.pem", Tls(ca="/mine.pem")),
        ({"INQUIT_TLS": "1"}, None, Tls()),
        ({"INQUIT_TLS": "0"}, None, None),
        ({"INQUIT_TLS_CA": "/ca.pem"}, True, Tls(ca="/ca.pem")),
        ({"INQUIT_TLS_CA": "/ca.pem"}, "/mine.pem", Tls(ca="/mine.pem")),
        (
            {"INQUIT_TLS_CLIENT_CERT": "/c.pem", "INQUIT_TLS_CLIENT_KEY": "/k.pem"},
            "/mine.pem",
            Tls("/mine.pem", "/c.pem", "/k.pem"),
        ),
    ],
)
def test_tls_settings(environment: dict[str, str], tls: Any, expected: Tls | None) -> None:
    """TLS is on where it is asked for by argument, by INQUIT_TLS or by giving authorities."""
    assert resolve(environment, tls=tls).tls == expected


@pytest.mark.parametrize(
    ("environment", "arguments", "field"),
    [
        ({"INQUIT_TIMEOUT": "soon"}, {}, "INQUIT_TIMEOUT"),
        ({"INQUIT_TIMEOUT": "nan"}, {}, "timeout"),
        ({"INQUIT_TLS": "maybe"}, {}, "INQUIT_TLS"),
        ({"INQUIT_TLS_CA": "x", "INQUIT_TLS_CLIENT_CERT": "x"}, {}, "tls"),
        ({}, {"timeout": 0}, "timeout"),
        ({}, {"token": "two\nlines"}, "token"),
        ({}, {"token": "naïve"}, "token"),
        ({}, {"max_message_bytes": 0}, "max_message_bytes"),
    ],
)
def test_bad_settings_are_named(environment: dict[str, str], arguments: dict[str, Any], field: str) -> None:
    """A setting out of its range is an InvalidInput that names it."""
    with pytest.raises(inquit.InvalidInput) as caught:
        resolve(environment, **arguments)
    assert caught.value.field == field


def test_round_robin_only_for_dns() -> None:
    """Calls are spread over replicas for dns targets; retries are configured for all."""
    for target, expected in (("dns:///inquit:50051", [{"round_robin": {}}]), ("localhost:1", None)):
        options = dict(resolve({}, target=target).options())
        config = json.loads(str(options["grpc.service_config"]))
        assert config.get("loadBalancingConfig") == expected
        assert config["methodConfig"][0]["retryPolicy"]["retryableStatusCodes"] == ["UNAVAILABLE"]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Make a certificate authority for these tests."""
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    """Return a PEM file with the authority."""
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


def server_credentials(authority: trustme.CA, *, ask_client: bool = False) -> grpc.ServerCredentials:
    """Return credentials of a server for localhost."""
    certificate = authority.issue_cert("localhost")
    key, chain = certificate.private_key_pem.bytes(), certificate.cert_chain_pems[0].bytes()
    roots = authority.cert_pem.bytes() if ask_client else None
    return grpc.ssl_server_credentials([(key, chain)], roots, ask_client)


def test_tls(make_client: Any, authority: trustme.CA, ca_file: Path) -> None:
    """A client that trusts the authority is served over TLS, with its token."""
    with (
        running(FakeService(), credentials=server_credentials(authority)) as server,
        make_client(server.target, tls=ca_file, token="t") as client,
    ):
        assert client.extract("x").quotes
    assert server.service.metadata[0]["authorization"] == "Bearer t"


def test_tls_of_strangers_is_refused(make_client: Any, authority: trustme.CA, tmp_path: Path) -> None:
    """A service with a certificate of another authority is not talked to."""
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(other)
    with (
        running(FakeService(), credentials=server_credentials(authority)) as server,
        make_client(server.target, tls=other, timeout=10.0) as client,
        pytest.raises(inquit.Unavailable),
    ):
        client.extract("x")
    assert server.service.metadata == []


def test_client_certificate(make_client: Any, authority: trustme.CA, ca_file: Path, tmp_path: Path) -> None:
    """A service that asks for a certificate gets the client's."""
    mine = authority.issue_cert("client@example.org")
    mine.private_key_pem.write_to_path(tmp_path / "key.pem")
    mine.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    tls = Tls(ca_file, tmp_path / "cert.pem", tmp_path / "key.pem")
    with running(FakeService(), credentials=server_credentials(authority, ask_client=True)) as server:
        with make_client(server.target, tls=tls) as client:
            assert client.extract("x").quotes
        with (
            make_client(server.target, tls=ca_file, timeout=10.0) as client,
            pytest.raises(inquit.Unavailable),
        ):
            client.extract("x")


def test_missing_certificate_file_is_named(make_client: Any) -> None:
    """A certificate file that is not there is told when the client is made."""
    with pytest.raises(inquit.InvalidInput, match=r"nowhere\.pem"):
        make_client("localhost:1", tls="/nowhere.pem")


def test_environment_is_used(make_client: Any, server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client made without arguments reaches the service that the environment names."""
    monkeypatch.setenv("INQUIT_TARGET", server.target)
    monkeypatch.setenv("INQUIT_TOKEN", "from-env")
    with make_client() as client:
        client.info()
    assert server.service.metadata[0]["authorization"] == "Bearer from-env"
