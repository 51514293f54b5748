"""What the answers of one call tell of the work behind it, for its log line and its trace."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from inquit._gen.inquit.v1 import inquit_pb2 as pb

__all__ = ["STAGES", "Tally"]

STAGES = ("encode", "queue", "network", "decode")
"""In the order in which a document goes through them."""


@dataclass(slots=True)
class Tally:
    """Sums over the documents of a call."""

    documents: int = 0
    """Answered, with a result or an error."""
    failed: int = 0
    """Answered with an error, inside of a batch or a stream."""
    seconds: dict[str, float] = field(default_factory=dict)
    """By stage; empty until a document was read."""

    def add(self, answer: Any) -> None:
        """Count an answer, whichever method gave it."""
        if isinstance(answer, pb.ExtractResponse):
            self._read(answer.timings)
        elif isinstance(answer, pb.BatchExtractResponse):
            for item in answer.items:
                self._outcome(item)
        elif isinstance(answer, pb.StreamExtractResponse):
            self._outcome(answer)

    @property
    def fields(self) -> dict[str, int | float]:
        """What is known, by the names of the log."""
        if not self.documents:
            return {}
        failed = {"failed_documents": self.failed} if self.failed else {}
        seconds = {f"{stage}_seconds": round(value, 6) for stage, value in self.seconds.items()}
        return {"documents": self.documents, **failed, **seconds}

    def _outcome(self, item: pb.BatchExtractItem | pb.StreamExtractResponse) -> None:
        if item.HasField("result"):
            self._read(item.result.timings)
        else:
            self.documents += 1
            self.failed += 1

    def _read(self, timings: pb.Timings) -> None:
        self.documents += 1
        for stage in STAGES:
            spent: float = getattr(timings, f"{stage}_seconds")
            self.seconds[stage] = self.seconds.get(stage, 0.0) + spent
