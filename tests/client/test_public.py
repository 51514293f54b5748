from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import inquit
from inquit import AsyncClient, Client


def test_public_names_are_pinned() -> None:
    """What a program can import from inquit does not change by accident."""
    assert sorted(inquit.__all__) == [
        "AsyncClient", "Cancelled", "Client", "DEFAULT_KINDS", "DataError", "DeadlineExceeded", "Document",
        "ExtractOptions", "Extraction", "Extractor", "InquitError", "InternalError", "InvalidInput", "Limits",
        "ModelError", "OffsetEncoding", "Outcome", "Overloaded", "PermissionDenied", "Quote", "QuoteKind",
        "ServiceInfo", "Span", "Speaker", "SpeakerType", "TextWarning", "Timings", "Tls", "Unauthenticated",
        "Unavailable", "Unimplemented", "WarningCode",
    ]  # fmt: skip
    assert set(inquit.__all__) <= set(dir(inquit))


def test_unknown_names_are_attribute_errors() -> None:
    """A name that is not there fails as with any module."""
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = inquit.no_such_name


def test_import_is_light() -> None:
    """Importing inquit and making a client loads neither torch nor a package of the service."""
    program = (
        "import sys, inquit; inquit.Client('localhost:1').close()\n"
        "heavy = {'torch', 'transformers', 'numpy', 'pydantic', 'structlog', 'typer', 'rich', 'jinja2',"
        " 'grpc_health.v1', 'grpc_status', 'uvloop', 'prometheus_client'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_both_clients_have_the_same_methods() -> None:
    """What one client can do the other can, with the same arguments and defaults."""
    for name in ("__init__", "close", "extract", "extract_many", "info", "wait_ready"):
        blocking = inspect.signature(getattr(Client, name)).parameters.values()
        asynchronous = inspect.signature(getattr(AsyncClient, name)).parameters.values()
        assert [(p.name, p.kind, p.default) for p in blocking] == [
            (p.name, p.kind, p.default) for p in asynchronous
        ]
