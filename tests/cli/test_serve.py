from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from inquit import serve as service

if TYPE_CHECKING:
    from cli_types import Run
    from inquit.config import ServerSettings


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[ServerSettings]:
    """Collect the settings of services that would be started."""
    collected: list[ServerSettings] = []

    def run(settings: Any) -> int:
        collected.append(settings)
        return 3

    monkeypatch.setattr(service, "run", run)
    for name in ("PORT", "HOST", "REFLECTION"):
        monkeypatch.delenv(f"INQUIT_{name}", raising=False)
    return collected


def test_flag_environment_default(
    inquit: Run, served: list[ServerSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flag wins over the environment, the environment over the default; the exit code is the service's."""
    monkeypatch.setenv("INQUIT_PORT", "1000")
    assert inquit("serve").exit_code == 3
    inquit("serve", "--port", "2000", "--no-reflection")
    assert [settings.port for settings in served] == [1000, 2000]
    assert [settings.reflection for settings in served] == [True, False]


def test_every_setting_is_an_option(inquit: Run, served: list[ServerSettings]) -> None:
    """Help names each setting's flag, variable and meaning."""
    from inquit.config import ServerSettings

    done = inquit("serve", "--help")
    assert done.exit_code == 0
    shown = " ".join(done.stdout.split())
    for name in ServerSettings.model_fields:
        assert f"--{name.replace('_', '-')}" in shown
        assert f"INQUIT_{name.upper()}" in shown
    assert "Port to listen on" in shown
    assert served == []


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--port", "x"], "port"),
        (["--port", "70000"], "port"),
        (["--no-such"], "--no-such"),
        (["--tls-cert", "c.pem"], "tls_key"),
        (["stray"], "stray"),
    ],
)
def test_bad_settings_are_one_line_and_code_2(
    inquit: Run, served: list[ServerSettings], arguments: list[str], complaint: str
) -> None:
    """A setting that cannot be is told in one line, and nothing is started."""
    done = inquit("serve", *arguments)
    assert done.exit_code == 2
    (told,) = done.stderr.splitlines()
    assert complaint in told
    assert served == []


def test_a_bad_variable_is_named(
    inquit: Run, served: list[ServerSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A setting that cannot be is told by its variable where it came from there."""
    monkeypatch.setenv("INQUIT_PORT", "x")
    done = inquit("serve")
    assert done.exit_code == 2
    assert "INQUIT_PORT" in done.stderr
