"""A container engine, whichever can be had: docker where one answers, else Debian's podman.

Where there is no image registry either, the base image is a stand-in made of Debian's own packages:
it proves the Dockerfile's steps, not the published base image.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["ROOT", "Container", "Engine", "NoEngine", "found_engine"]

ROOT = Path(__file__).parents[1]
_BASE = "docker.io/library/python:3.11-slim-bookworm"
_PACKAGES = ("podman", "runc", "mmdebstrap")
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_APT_SECONDS, _BASE_SECONDS, _BUILD_SECONDS = 240, 400, 1200
_BASE_PACKAGES = "python3,python3-venv,python3-pip,ca-certificates,netbase,tzdata"
_BASE_STEPS = (
    'ln -sf /usr/bin/python3 "$1/usr/local/bin/python"',
    'ln -sf /usr/bin/python3 "$1/usr/local/bin/python3"',
    'rm -f "$1"/usr/lib/python3.*/EXTERNALLY-MANAGED',
    # The machine's own are copied in otherwise.
    ': > "$1/etc/resolv.conf"; echo "127.0.0.1 localhost" > "$1/etc/hosts"; : > "$1/etc/hostname"',
)


class NoEngine(Exception):
    """No engine can be had here; the message says why."""


@dataclass(frozen=True, slots=True)
class Container:
    """A container that was started."""

    engine: Engine
    name: str

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command inside."""
        return self.engine.call("exec", self.name, *command)

    def is_healthy(self) -> bool:
        """Ask by the image's own health check."""
        if self.engine.program == "docker":
            state = self.inspect()["State"]
            return bool(state.get("Health", {}).get("Status") == "healthy")
        # Without systemd nobody runs it now and then.
        return self.engine.call("healthcheck", "run", self.name).returncode == 0

    def inspect(self) -> dict[str, Any]:
        """Return what the engine knows of it."""
        found: list[dict[str, Any]] = json.loads(self.engine.call("inspect", self.name).stdout)
        return found[0]

    def logs(self) -> str:
        """Return all that it said."""
        done = self.engine.call("logs", self.name)
        return done.stdout + done.stderr

    def stop(self, seconds: int) -> int:
        """Send SIGTERM, and SIGKILL after that time; return the exit code."""
        self.engine.call("stop", "--time", str(seconds), self.name)
        code: int = self.inspect()["State"]["ExitCode"]
        return code


@dataclass(frozen=True, slots=True)
class Engine:
    """A program that builds images and runs containers."""

    program: str
    build_options: tuple[str, ...] = ()
    build_environment: Mapping[str, str] = field(default_factory=dict)
    run_environment: Mapping[str, str] = field(default_factory=dict)

    def build(self, tag: str) -> None:
        """Build the Dockerfile of this checkout; raise CalledProcessError with the output."""
        subprocess.run(
            [self.program, "build", *self.build_options, "--tag", tag, "."],
            cwd=ROOT,
            env={**os.environ, **self.build_environment},
            check=True,
            timeout=_BUILD_SECONDS,
        )

    @contextmanager
    def started(
        self, image: str, name: str, options: Sequence[str] = (), command: Sequence[str] = ()
    ) -> Iterator[Container]:
        """Start a container in the background, and remove it in the end."""
        self.call("rm", "--force", name)
        done = self.call("run", "--detach", "--name", name, *options, image, *command)
        assert done.returncode == 0, done.stderr
        try:
            yield Container(self, name)
        finally:
            self.call("rm", "--force", name)

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the engine's program."""
        return subprocess.run(
            [self.program, *arguments],
            env={**os.environ, **self.run_environment},
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )


def found_engine(scratch: Path) -> Engine:
    """Return an engine, installed if need be; raise NoEngine."""
    if shutil.which("docker") and _quietly("docker", "info"):
        return Engine("docker")
    if os.geteuid() != 0:
        raise NoEngine("no docker engine answers, and podman is tried as root only")
    if not all(map(shutil.which, _PACKAGES)):
        _install()
    engine = _podman(scratch)
    if engine.call("image", "exists", _BASE).returncode != 0:
        _make_base(engine, scratch)
    return engine


def _install() -> None:
    if not shutil.which("apt-get"):
        raise NoEngine("no docker engine answers, and there is no apt-get to install podman with")
    _say(f"installing {', '.join(_PACKAGES)}")
    install = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", *_PACKAGES)
    for command in (("apt-get", "update", "-qq"), install):
        if not _quietly(*command, seconds=_APT_SECONDS):
            raise NoEngine(f"no docker engine answers, and {' '.join(command[:2])} fails")


def _podman(scratch: Path) -> Engine:
    build, run = scratch / "build.conf", scratch / "run.conf"
    mounts = f'"{_CERTIFICATES}:{_CERTIFICATES}:ro"' if _CERTIFICATES.is_file() else ""
    # What this machine trusts, its proxies among them, is trusted in the build; nothing of it stays.
    build.write_text(f"[containers]\nvolumes = [{mounts}]\n", encoding="utf-8")
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    run.write_text(
        f'[containers]\ndefault_ulimits = ["nofile={files}:{files}", "nproc=4096:4096"]\n'
        '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n',
        encoding="utf-8",
    )
    return Engine(
        "podman",
        # Without the format the health check would be dropped.
        ("--isolation", "chroot", "--pull=never", "--network", "host", "--format", "docker"),
        {"CONTAINERS_CONF": str(build)},
        {"CONTAINERS_CONF": str(run)},
    )


def _make_base(engine: Engine, scratch: Path) -> None:
    _say("making a stand-in for the base image")
    folder, archive = scratch / "base", scratch / "base" / "root.tar"
    folder.mkdir()
    mounted = _quietly("mount", "-t", "tmpfs", "-o", "size=1500m,mode=755", "tmpfs", str(folder))
    try:
        hooks = [f"--customize-hook={step}" for step in _BASE_STEPS]
        left_out = [f"--dpkgopt=path-exclude=/usr/share/{part}/*" for part in ("doc", "man", "locale")]
        done = subprocess.run(
            [
                *("mmdebstrap", "--quiet", "--variant=minbase", f"--include={_BASE_PACKAGES}"),
                *('--aptopt=Acquire::Check-Valid-Until "false"', *left_out, *hooks),
                *("bookworm", str(archive)),
            ],
            env={**os.environ, "TMPDIR": str(folder)},
            check=False,
            timeout=_BASE_SECONDS,
        )
        if done.returncode != 0:
            raise NoEngine("Debian's packages for a stand-in base image cannot be had")
        changes = (
            "ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin",
            "ENV LANG=C.UTF-8",
            'CMD ["python3"]',
        )
        options = [part for change in changes for part in ("--change", change)]
        imported = engine.call("import", "-q", *options, str(archive), _BASE)
        assert imported.returncode == 0, imported.stderr
    finally:
        if mounted:
            _quietly("umount", str(folder))


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - minutes pass, and people watch


def _quietly(*command: str, seconds: int = 30) -> bool:
    try:
        done = subprocess.run(
            command,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            check=False,
            capture_output=True,
            timeout=seconds,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
