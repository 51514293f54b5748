from __future__ import annotations

import json
from typing import TYPE_CHECKING

import grpc

from fake_service import INVALID, OVERLOADED, Running, refuse, status

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from cli_types import Run


def test_a_server_reads_instead(inquit: Run, server: Running, tmp_path: Path) -> None:
    """With --server the answers are the server's, in order, in the same form."""
    path = tmp_path / "many.jsonl"
    path.write_text("".join(json.dumps({"id": str(n), "text": f"text {n}"}) + "\n" for n in range(40)))
    done = inquit("extract", path, "--server", server.target)
    assert done.exit_code == 0
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["documentId"] for record in records] == [str(n) for n in range(40)]
    assert records[7]["quotes"][0]["content"][0]["text"] == "text 7"


def test_a_refused_document_is_told_at_its_line(inquit: Run, server: Running) -> None:
    """A document that the server refuses is one line with its place; the others are served."""
    server.service.refusals["bad"] = [
        status(INVALID, "documents[1].text: is too long", reason="TEXT_TOO_LONG", field="documents[1].text")
    ]
    stdin = b'{"id": "a", "text": "good"}\n{"id": "b", "text": "bad"}\n{"id": "c", "text": "fine"}\n'
    done = inquit("extract", "--input-format", "jsonl", "--server", server.target, stdin=stdin)
    assert done.exit_code == 1
    assert [json.loads(line)["documentId"] for line in done.stdout.splitlines()] == ["a", "c"]
    assert done.stderr == "inquit: -:2: documents[1].text: is too long\n"


def test_an_overloaded_document_is_served_later(inquit: Run, server: Running) -> None:
    """What the server puts off is asked again, not lost."""
    server.service.refusals["x"] = [status(OVERLOADED, "full", reason="OVERLOADED", retry=0.01)]
    assert inquit("extract", "-f", "json", "--server", server.target, stdin=b"x").exit_code == 0


def test_a_server_that_is_not_there(inquit: Run) -> None:
    """Nobody at the address is one line with the address, code 1."""
    done = inquit("extract", "--server", "127.0.0.1:1", stdin=b"x")
    assert done.exit_code == 1
    (told,) = done.stderr.splitlines()
    assert told.startswith("inquit: 127.0.0.1:1: ")


def test_a_hopeless_error_ends_the_run(inquit: Run, server: Running) -> None:
    """An error that each document would meet again is told once."""
    denied = status(grpc.StatusCode.PERMISSION_DENIED.value[0], "not for you", reason="PERMISSION_DENIED")
    server.service.failures.extend([lambda _: None, lambda context: refuse(context, denied)])
    stdin = b'{"text": "a"}\n{"text": "b"}\n'
    done = inquit("extract", "--input-format", "jsonl", "--server", server.target, stdin=stdin)
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", "inquit: not for you\n")


def test_the_token_comes_from_the_environment(
    inquit: Run, server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """INQUIT_TOKEN is sent along; there is no option that other users could see."""
    monkeypatch.setenv("INQUIT_TOKEN", "secret")
    inquit("extract", "--server", server.target, stdin=b"x")
    assert {seen["authorization"] for seen in server.service.metadata} == {"Bearer secret"}


def test_the_time_limit_comes_from_the_environment(
    inquit: Run, server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """INQUIT_TIMEOUT is the time limit of a call unless --timeout gives another."""
    monkeypatch.setenv("INQUIT_TIMEOUT", "900")
    inquit("extract", "--server", server.target, stdin=b"x")
    from_environment = list(server.service.remaining)
    inquit("extract", "--server", server.target, "--timeout", "100", stdin=b"x")
    given = server.service.remaining[len(from_environment) :]
    assert {round(seconds, -2) for seconds in from_environment} == {900}
    assert {round(seconds, -2) for seconds in given} == {100}


def test_info_of_a_server(inquit: Run, server: Running) -> None:
    """Info shows the served model and its limits, for people and as JSON."""
    shown = inquit("info", "--server", server.target).stdout
    assert "model name           fake" in shown
    assert "max characters       1,000,000" in shown
    record = json.loads(inquit("info", "--server", server.target, "--json").stdout)
    assert record["languages"] == ["en"]
    assert record["max_characters"] == 1_000_000


def test_a_server_cannot_steer_the_terminal(inquit: Run, server: Running) -> None:
    """What a server says of itself, or of an error, is shown without escape sequences."""
    server.service.model_name = bad = "\x1b[2J\x07\u202e"
    told = inquit("info", "--server", server.target).stdout
    server.service.failures.append(lambda context: refuse(context, status(INVALID, bad)))
    failed = inquit("info", "--server", server.target)
    assert failed.exit_code == 1
    for shown in (told, failed.stderr):
        assert "\ufffd[2J\ufffd\ufffd" in shown
        assert "\x1b" not in shown


def test_health(inquit: Run, server: Running) -> None:
    """Health exits with 0 for a server that answers and with 1 where nobody does."""
    assert inquit("health", "--server", server.target).exit_code == 0
    done = inquit("health", "--server", "127.0.0.1:1", "--timeout", "0.2")
    assert done.exit_code == 1
    assert done.stderr == "inquit: 127.0.0.1:1: was not ready in time\n"
