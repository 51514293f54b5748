"""The Dockerfile, built for real; the service in its image, run as nobody on a read-only root."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

import inquit
from containers import ROOT, Container, Engine, NoEngine, found_engine

pytestmark = pytest.mark.image

_TAG = "inquit:test"
_WHEELS = ROOT / "deploy" / "image" / "wheels"
_LOCK = ROOT / "deploy" / "image" / "requirements-torch-cpu.txt"
_TORCH = "https://download.pytorch.org/whl/cpu/torch/"
_ARTICLE = ROOT / "examples" / "article.txt"
_MODEL = ROOT / "models" / "inquit-small-en"
_HEALTHY_SECONDS = 120.0
_GRACE_SECONDS = 60
# How it is meant to run: docs/image.md.
_LOCKED = ("--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges", "--network", "host")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Find an engine."""
    try:
        return found_engine(tmp_path_factory.mktemp("engine"))
    except NoEngine as error:
        return _none(str(error))


@pytest.fixture(scope="module")
def image(engine: Engine) -> str:
    """Build the image from this checkout."""
    # The CPU build of torch, by whatever indexes pip is told of on this machine.
    fetched = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"),
            *("--find-links", _TORCH, "--dest", str(_WHEELS), "--requirement", str(_LOCK)),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    if fetched.returncode != 0:
        _none("the wheel of torch for CPU cannot be had")
    began = time.monotonic()
    engine.build(_TAG)
    size = int(engine.call("image", "inspect", _TAG, "--format", "{{.Size}}").stdout)
    _say(f"\n{_TAG}: {size / 1e6:,.0f} MB, built in {time.monotonic() - began:.0f} s by {engine.program}")
    _say(engine.call("history", "--human", "--format", "{{.Size}}  {{.CreatedBy}}", _TAG).stdout)
    return _TAG


class Service:
    """A container that serves, and where."""

    def __init__(self, container: Container, address: str) -> None:
        self.container = container
        self.address = address

    def wait_healthy(self) -> float:
        """Wait for the image's health check to pass; return the seconds."""
        began = time.monotonic()
        while time.monotonic() - began < _HEALTHY_SECONDS:
            if self.container.is_healthy():
                return time.monotonic() - began
            state = self.container.inspect()["State"]
            assert state["Running"], f"it ended with {state['ExitCode']}:\n{self.container.logs()}"
        raise AssertionError(f"not healthy in time:\n{self.container.logs()}")


@pytest.fixture(scope="module")
def service(engine: Engine, image: str) -> Iterator[Service]:
    """Start the service as the image does."""
    ports = _free_ports(3)
    with engine.started(image, "inquit-test", (*_LOCKED, *_port_options(ports))) as container:
        started = Service(container, f"127.0.0.1:{ports[0]}")
        _say(f"healthy after {started.wait_healthy():.1f} s")
        yield started


def test_it_names_the_speakers_of_the_sample(service: Service) -> None:
    """The bundled client reads the sample through the container, with the answers that are expected."""
    with inquit.Client(service.address) as client:
        extraction = client.extract(_ARTICLE.read_text(encoding="utf-8"))
    found = [
        (speaker.name if (speaker := extraction.speaker(quote)) else None, [s.text for s in quote.verbatim])
        for quote in extraction.quotes
    ]
    expected = json.loads((ROOT / "examples" / "article.expected.json").read_text(encoding="utf-8"))
    assert found == [(quote["speaker"], quote["verbatim"]) for quote in expected["quotes"]]


def test_it_runs_as_nobody_on_a_read_only_root(service: Service) -> None:
    """Whoever takes over the process owns no file, may write none, and gains no rights."""
    assert service.container.run("id", "-u").stdout.strip() == "10001"
    for path in ("/written", "/opt/venv/written", "/usr/written"):
        done = service.container.run("touch", path)
        assert done.returncode != 0
        assert "Read-only file system" in done.stderr


def test_it_holds_what_it_needs_and_no_more(service: Service) -> None:
    """No compiler, no caches, no tests; everything that is imported is compiled beforehand."""
    for tool in ("gcc", "cc", "g++", "make", "git", "curl"):
        assert service.container.run("sh", "-c", f"command -v {tool}").returncode != 0, tool
    caches = "find ~root/.cache /var/lib/apt/lists /src -mindepth 1 -print"
    left = service.container.run("sh", "-c", caches).stdout
    assert left == ""
    sources = service.container.run("find", "/opt/venv", "-path", "*/inquit/*.py").stdout.split()
    compiled = service.container.run("find", "/opt/venv", "-path", "*/inquit/*.pyc").stdout.split()
    assert len(sources) == len(compiled) > 100


def test_tini_is_the_first_process(service: Service) -> None:
    """Signals reach the service, and dead children are reaped."""
    assert service.container.run("cat", "/proc/1/comm").stdout.strip() == "tini"


def test_sigterm_ends_it_cleanly(engine: Engine, image: str) -> None:
    """`docker stop` is a clean end: exit 0, long before the engine would kill it."""
    ports = _free_ports(3)
    with engine.started(image, "inquit-stop", (*_LOCKED, *_port_options(ports))) as container:
        Service(container, "").wait_healthy()
        assert container.stop(_GRACE_SECONDS) == 0, container.logs()


def test_a_model_that_is_mounted_is_served(engine: Engine, image: str, tmp_path: Path) -> None:
    """`-v FOLDER:/model -e INQUIT_MODEL=/model` serves another model than the one in the image."""
    mounted = tmp_path / "model"
    shutil.copytree(_MODEL, mounted)
    config = json.loads((mounted / "config.json").read_text(encoding="utf-8"))
    (mounted / "config.json").write_text(json.dumps({**config, "version": "9.9.9"}), encoding="utf-8")
    ports = _free_ports(3)
    options = (*_LOCKED, *_port_options(ports), "-v", f"{mounted}:/model:ro", "-e", "INQUIT_MODEL=/model")
    with engine.started(image, "inquit-model", options) as container:
        Service(container, "").wait_healthy()
        with inquit.Client(f"127.0.0.1:{ports[0]}") as client:
            assert client.info().model_version == "9.9.9"


def test_a_wrong_setting_is_told(engine: Engine, image: str) -> None:
    """A setting that makes no sense ends it at once, and the message names it."""
    with engine.started(image, "inquit-wrong", (*_LOCKED, "-e", "INQUIT_PORT=many")) as container:
        engine.call("wait", container.name)
        assert container.inspect()["State"]["ExitCode"] == 2
        assert "port" in container.logs()


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - figures for whoever runs it with -s


def _none(reason: str) -> NoReturn:
    """Skip, unless the image is what was asked for."""
    if os.environ.get("INQUIT_IMAGE_TEST") == "required":
        pytest.fail(f"the image cannot be tested: {reason}")
    pytest.skip(f"the image is not tested: {reason}")


def _port_options(ports: list[int]) -> tuple[str, ...]:
    names = ("INQUIT_PORT", "INQUIT_HEALTH_PORT", "INQUIT_METRICS_PORT")
    return tuple(part for name, port in zip(names, ports, strict=True) for part in ("-e", f"{name}={port}"))


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
