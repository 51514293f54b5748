from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from inquit.config import ServerSettings, read_settings
from inquit.errors import InvalidInput
from inquit.types import Limits


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ServerSettings.model_fields:
        monkeypatch.delenv(f"INQUIT_{name.upper()}", raising=False)


def test_defaults_announce_the_default_limits() -> None:
    """Without settings the service has the limits that the contract names."""
    assert read_settings().limits == Limits()


def test_flags_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flag wins, then the environment, then the default; a flag that is None was not given."""
    monkeypatch.setenv("INQUIT_PORT", "1234")
    monkeypatch.setenv("INQUIT_DEVICE", "cuda")
    settings = read_settings(port="4321", device=None)
    assert (settings.port, settings.device, settings.host) == (4321, "cuda", "127.0.0.1")


def test_settings_are_frozen() -> None:
    """Nobody changes a setting under a running service."""
    with pytest.raises(ValidationError):
        read_settings().port = 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "70000"),
        ("port", "http"),
        ("log_level", "loud"),
        ("grace_seconds", "-1"),
        ("max_characters", "0"),
        ("threads", "0"),
        ("model_sha256", "cadcf1"),
    ],
)
def test_bad_values_are_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the setting, and the variable where it came from the environment."""
    with pytest.raises(InvalidInput) as caught:
        read_settings(**{name: value})
    assert caught.value.message.startswith(f"{name}: ")
    assert "INQUIT_" not in caught.value.message
    monkeypatch.setenv(f"INQUIT_{name.upper()}", value)
    with pytest.raises(InvalidInput, match=rf"^{name}: .*INQUIT_{name.upper()}"):
        read_settings()


@pytest.mark.parametrize("hosts", [{"host": "unix:/run/a"}, {"health_host": "unix:/run/a"}])
def test_workers_share_tcp_ports(hosts: dict[str, str]) -> None:
    """Several processes cannot listen on one Unix socket."""
    assert read_settings(**hosts).workers == 1
    with pytest.raises(InvalidInput, match="Unix socket"):
        read_settings(workers=2, **hosts)


def test_workers_need_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere the kernel would give all connections to one of them."""
    monkeypatch.setattr("platform.system", lambda: "Plan 9")
    with pytest.raises(InvalidInput, match="Linux"):
        read_settings(workers=2)


def test_unknown_flags_are_refused() -> None:
    """A misspelt setting is an error, not a default."""
    with pytest.raises(InvalidInput, match="prot"):
        read_settings(prot=1)


@pytest.mark.parametrize("name", ["tls_cert", "tls_key"])
def test_certificate_and_key_come_together(name: str) -> None:
    """Half of a TLS setup never becomes a plain-text service."""
    with pytest.raises(InvalidInput, match="tls_cert and tls_key"):
        read_settings(**{name: Path("file.pem")})


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("0.0.0.0", "0.0.0.0:50051"),  # noqa: S104  # a value, nothing listens
        ("localhost", "localhost:50051"),
        ("::1", "[::1]:50051"),
        ("unix:/run/inquit.sock", "unix:/run/inquit.sock"),
    ],
)
def test_addresses_are_written_as_grpc_reads_them(host: str, address: str) -> None:
    """IPv6 addresses get their brackets, Unix sockets no port."""
    assert read_settings(host=host).address == address


def test_every_setting_is_documented() -> None:
    """Each setting says what it is: `inquit serve --help` is made of these."""
    assert [name for name, field in ServerSettings.model_fields.items() if not field.description] == []
