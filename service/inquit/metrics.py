"""What Prometheus is told about this service; no value and no label comes out of a caller's text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric, ProcessCollector

from inquit.call_metrics import CallMetrics
from inquit.config import ServerSettings
from inquit.observer import Drop, Release
from inquit.types import Timings

if TYPE_CHECKING:
    from inquit.engine import Engine

__all__ = ["Metrics"]

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)
_LATE = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
_RATIO = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
_WINDOWS = tuple(2**power for power in range(10))
_TOKENS = tuple(2**power for power in range(6, 17))

_STAGES = ("encode", "queue", "network", "decode")


class Metrics:
    """The metrics of one service; an Observer of its engine, called from any thread."""

    def __init__(self, settings: ServerSettings, serving: Callable[[], bool]) -> None:
        """Ask `serving` at each scrape, on another thread."""
        self.registry = registry = _Registry()
        self.calls = CallMetrics(registry)
        self._engine: Engine | None = None

        def gauge(name: str, meaning: str, value: Callable[[], float]) -> None:
            Gauge(name, meaning, registry=registry).set_function(value)

        gauge("inquit_serving", "1 while health says SERVING, else 0.", serving)
        gauge(
            "inquit_queue_windows",
            "Windows that wait for the model or run.",
            lambda: self._read(lambda engine: engine.batcher.queued[0]),
        )
        gauge(
            "inquit_queue_tokens",
            "Tokens that wait for the model or run.",
            lambda: self._read(lambda engine: engine.batcher.queued[1]),
        )
        gauge(
            "inquit_queue_oldest_seconds",
            "How long the document submitted first has been waiting or running; 0 without one.",
            lambda: self._read(lambda engine: engine.batcher.oldest_seconds),
        )
        gauge(
            "inquit_pending_characters",
            "Characters of all texts being served.",
            lambda: self._read(lambda engine: engine.pending_characters),
        )
        for name, limit in (
            ("queue_windows", settings.queue_windows),
            ("queue_tokens", settings.queue_tokens),
            ("pending_characters", settings.pending_characters),
        ):
            meaning = f"The setting `{name}`: inquit_{name} beyond it are refused."
            Gauge(f"inquit_{name}_limit", meaning, registry=registry).set(limit)

        self._batch_windows = Histogram(
            "inquit_batch_windows", "Windows of a batch.", registry=registry, buckets=_WINDOWS
        )
        self._batch_tokens = Histogram(
            "inquit_batch_tokens", "Tokens of a batch, padding included.", registry=registry, buckets=_TOKENS
        )
        self._padding = Histogram(
            "inquit_batch_padding_ratio",
            "Share of a batch's tokens that is padding.",
            registry=registry,
            buckets=_RATIO,
        )
        self._batch_seconds = Histogram(
            "inquit_batch_seconds", "One pass of the model.", registry=registry, buckets=_SECONDS
        )
        released = Counter(
            "inquit_batches",
            "Batches that the model read, by why they were no larger: full, unlike, drained, alone, split.",
            ("release",),
            registry=registry,
        )
        self._released = {release: released.labels(release) for release in get_args(Release)}
        self._failed = Counter(
            "inquit_batches_failed", "Batches that the model failed on.", registry=registry
        )
        dropped = Counter(
            "inquit_windows_dropped",
            "Windows not run: their caller had left or their document had failed (left),"
            " or their deadline had passed (late).",
            ("reason",),
            registry=registry,
        )
        self._dropped = {reason: dropped.labels(reason) for reason in get_args(Drop)}
        stages = Histogram(
            "inquit_stage_seconds",
            "Time of a document in a stage; network is its share of its batches.",
            ("stage",),
            registry=registry,
            buckets=_SECONDS,
        )
        self._stages = {stage: stages.labels(stage) for stage in _STAGES}
        self._documents = Counter("inquit_documents", "Documents read.", registry=registry)
        self._characters = Counter(
            "inquit_characters", "Characters of the documents read.", registry=registry
        )
        self._quotes = Counter("inquit_quotes", "Quotations returned.", registry=registry)
        self._late = Histogram(
            "inquit_event_loop_lag_seconds",
            "How late the event loop wakes whoever sleeps.",
            registry=registry,
            buckets=_LATE,
        )
        self._build = Gauge(
            "inquit_build_info",
            "Always 1; the labels say what is served, once the model is loaded.",
            ("version", "model_name", "model_version", "model_sha256", "device", "dtype"),
            registry=registry,
        )
        ProcessCollector(registry=registry)

    def attach(self, engine: Engine) -> None:
        """Show this engine's queue, and what it serves."""
        self._engine = engine
        info = engine.info
        self._build.labels(
            version=info.service_version,
            model_name=info.model_name,
            model_version=info.model_version,
            model_sha256=info.model_sha256,
            device=info.device,
            dtype=info.dtype,
        ).set(1)

    def loop_late(self, seconds: float) -> None:
        """Hear how late the event loop woke."""
        self._late.observe(seconds)

    def batch_ran(
        self, *, windows: int, tokens: int, padded_tokens: int, seconds: float, release: Release
    ) -> None:
        """Count a batch that the model has read."""
        self._released[release].inc()
        self._batch_windows.observe(windows)
        self._batch_tokens.observe(padded_tokens)
        self._padding.observe((padded_tokens - tokens) / padded_tokens if padded_tokens else 0.0)
        self._batch_seconds.observe(seconds)

    def batch_failed(self, *, windows: int) -> None:  # noqa: ARG002  # the Observer's signature
        """Count a batch that the model failed on."""
        self._failed.inc()

    def window_dropped(self, reason: Drop) -> None:
        """Count a window that nobody waited for."""
        self._dropped[reason].inc()

    def document_read(self, timings: Timings, *, characters: int, quotes: int) -> None:
        """Count a document that was answered."""
        self._documents.inc()
        self._characters.inc(characters)
        self._quotes.inc(quotes)
        self._stages["encode"].observe(timings.encode)
        self._stages["queue"].observe(timings.queue)
        self._stages["network"].observe(timings.network)
        self._stages["decode"].observe(timings.decode)

    def _read(self, value: Callable[[Engine], float]) -> float:
        engine = self._engine
        return 0.0 if engine is None else value(engine)


class _Registry(CollectorRegistry):
    """Leaves out when each counter was made, which doubles a page and which nobody asks for."""

    def collect(self) -> Iterable[Metric]:
        for metric in super().collect():
            metric.samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
            yield metric
