from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from service_process import ServiceProcess

_MODEL = Path(__file__).resolve().parents[2] / "models" / "inquit-small-en"


@pytest.fixture(scope="session")
def service() -> Iterator[ServiceProcess]:
    """Start one service with the shipped model, for all tests that leave it running."""
    if not any(_MODEL.glob("*.safetensors")):
        pytest.fail(f"the shipped model is missing: {_MODEL}")
    with ServiceProcess("--log-level", "debug") as process:
        yield process


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Write a model folder with random weights, for tests of the process around it."""
    from inquit.model.weights import save_model
    from tiny_model import tiny_config, tiny_network, tiny_tokenizer

    folder = tmp_path_factory.mktemp("tiny")
    save_model(folder, tiny_network(), tiny_config(), tiny_tokenizer())
    return str(folder)


@pytest.fixture
def channel(service: ServiceProcess) -> Iterator[grpc.Channel]:
    """Connect to it, as a client that takes large answers."""
    options = (("grpc.max_receive_message_length", -1),)
    with grpc.insecure_channel(service.address, options=options) as channel:
        yield channel
