from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from fake_service import Running

INQUIT = [sys.executable, "-m", "inquit"]


def test_broken_pipe_is_quiet(server: Running, tmp_path: Path) -> None:
    """When nobody reads on (`| head`), the command ends with 141 and says nothing."""
    path = tmp_path / "many.jsonl"
    path.write_text('{"id": "a", "text": "%s"}\n' % ("word " * 20_000) * 40)
    command = [*INQUIT, "extract", str(path), "--server", server.target]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"{")
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 141


def test_interrupt(server: Running) -> None:
    """Ctrl-C ends the command at once with 130, without a traceback."""
    server.service.gates["x"] = threading.Event()
    command = [*INQUIT, "extract", "--server", server.target]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(b"x")
        process.stdin.close()
        assert server.service.arrived.wait(30)
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == b""
        assert process.wait(30) == 130


def test_progress_only_for_people(server: Running, tmp_path: Path) -> None:
    """A terminal on stderr shows how far the work is; a pipe there gets nothing."""
    path = tmp_path / "many.jsonl"
    path.write_text('{"id": "a", "text": "x"}\n' * 40)
    command = [*INQUIT, "extract", str(path), "--server", server.target]
    master, terminal = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    watched = subprocess.run(command, stdout=subprocess.PIPE, stderr=terminal, check=True, env=environment)
    os.close(terminal)
    shown = b""
    try:
        while chunk := os.read(master, 65536):
            shown += chunk
    except OSError:
        pass  # how Linux tells that a terminal's other side is closed
    finally:
        os.close(master)
    unwatched = subprocess.run(command, capture_output=True, check=True)
    assert b"40 documents" in shown
    assert unwatched.stderr == b""
    assert watched.stdout.count(b"\n") == unwatched.stdout.count(b"\n") == 40


def test_version() -> None:
    """--version names the program."""
    done = subprocess.run([*INQUIT, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("inquit ")


def test_missing_packages_are_named() -> None:
    """Without the command line's packages, one line says what to install."""
    program = (
        "import sys, importlib.util as u; find = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'typer' else find(name, *rest)\n"
        "from inquit.__main__ import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "inquit: the command line needs typer; try: pip install 'inquit[cli]'\n"


def test_command_line_of_a_server_is_light(server: Running) -> None:
    """Reading by a server loads neither torch nor the service's packages."""
    program = (
        "import sys; from inquit.cli.app import app\n"
        "sys.argv = ['inquit', 'extract', '-f', 'json', '--server', sys.argv[1]]\n"
        "try: app()\n"
        "finally: print(sorted({'torch', 'transformers', 'structlog', 'numpy'} & set(sys.modules)), file=sys.stderr)"
    )
    command = [sys.executable, "-c", program, server.target]
    done = subprocess.run(command, input=b"x", capture_output=True, check=True)
    assert done.stderr == b"[]\n"
