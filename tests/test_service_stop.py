from __future__ import annotations

import pytest

from fake_extractor import FakeExtractor
from running_service import serving


async def test_a_stop_that_fails_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong between, the model's threads end and the ports are free."""

    def broken() -> None:
        raise RuntimeError("broken")

    async with serving(FakeExtractor()) as running:
        engine = running.service._servicer.engine
        assert engine is not None
        server = running.service._server
        assert server is not None
        monkeypatch.setattr(running.service._servicer.streams, "drain", broken)
        with pytest.raises(RuntimeError, match="broken"):
            await running.service.stop()
        assert not any(thread.is_alive() for thread in engine.batcher._threads)
        assert running.service._servicer.engine is None
        await server.stop(0)
