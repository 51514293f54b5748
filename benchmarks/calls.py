"""Calls of `Extract` as many callers make them, measured so that the measuring costs little.

Requests are written before the clock runs and answers are not parsed. Latency counts from when
a call was due, not from when it was sent: a server that holds up its callers does not look fast.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import grpc.aio

from inquit._gen.inquit.v1 import inquit_pb2 as pb
from inquit.types import Document

__all__ = ["LOST", "OK", "Call", "Calls", "Outcome", "percentile"]

OK = "OK"
LOST = "LOST"
"""Counted with the status codes: a call that had not ended long after its deadline."""

_METHOD = "/inquit.v1.QuoteService/Extract"
_LOST_SECONDS = 10.0
"""After its deadline, gRPC itself would have ended a call long before."""


@dataclass(frozen=True, slots=True)
class Call:
    """How one call ended."""

    code: str
    """Name of the status code."""
    seconds: float
    """From when it was due."""
    ended: float
    """From the beginning of the run, in seconds."""
    words: int
    """Of its document."""


@dataclass(slots=True)
class Outcome:
    """A run of calls."""

    calls: list[Call] = field(default_factory=list)
    sent: int = 0
    cpu_seconds: float = 0.0
    """What the run cost this process, the caller's side."""

    @property
    def codes(self) -> dict[str, int]:
        """Calls by status code, the most frequent first; a call without an end is LOST."""
        counts = Counter(call.code for call in self.calls)
        if self.sent > len(self.calls):
            counts[LOST] += self.sent - len(self.calls)
        return dict(counts.most_common())

    @property
    def seconds(self) -> float:
        """From the beginning to the last good answer."""
        return max((call.ended for call in self._good()), default=0.0)

    @property
    def words_per_second(self) -> float:
        """Of good answers."""
        return sum(call.words for call in self._good()) / self.seconds if self.seconds else 0.0

    @property
    def documents_per_second(self) -> float:
        """Of good answers."""
        return len(self._good()) / self.seconds if self.seconds else 0.0

    def latency(self, share: float, code: str = OK) -> float:
        """Return the percentile of the calls that ended so, in seconds; NaN without any."""
        return percentile([call.seconds for call in self.calls if call.code == code], share)

    def _good(self) -> list[Call]:
        return [call for call in self.calls if call.code == OK]


class Calls:
    """A channel and requests ready to be sent."""

    def __init__(self, channel: grpc.aio.Channel, documents: Sequence[Document]) -> None:
        # `bytes` leaves bytes as they are.
        self._extract = channel.unary_unary(_METHOD, bytes, bytes)
        self._requests = [
            (
                pb.ExtractRequest(
                    document=pb.Document(id=document.id, text=document.text)
                ).SerializeToString(),
                len(document.text.split()),
            )
            for document in documents
        ]

    async def closed(
        self,
        callers: int,
        *,
        deadline: float,
        seconds: float = math.inf,
        start: int = 0,
        stop: int | None = None,
    ) -> Outcome:
        """Read the documents from `start` to `stop`, each caller sending when its last call has ended.

        With finite `seconds` the documents come again and again, and nothing is sent after that time.
        """
        run = _Run(self._extract, deadline)
        rest = iter(self._requests[start:stop])

        async def caller() -> None:
            nonlocal rest
            while run.now() < seconds:
                request = next(rest, None)
                if request is None:
                    if math.isinf(seconds):
                        return
                    rest = iter(self._requests[start:stop])
                    continue
                await run.call(request, run.now())

        return await run.through([asyncio.ensure_future(caller()) for _ in range(callers)])

    async def open(self, rate: float, *, seconds: float, deadline: float, seed: int) -> Outcome:
        """Send `rate` calls a second on average, at times of a Poisson process, whatever the answers do."""
        drawn = random.Random(seed)
        run = _Run(self._extract, deadline)
        tasks = []
        due = drawn.expovariate(rate)
        while due < seconds:
            await asyncio.sleep(max(0.0, due - run.now()))
            tasks.append(asyncio.ensure_future(run.call(drawn.choice(self._requests), due)))
            due += drawn.expovariate(rate)
        return await run.through(tasks, patience=deadline + _LOST_SECONDS)


class _Run:
    def __init__(self, extract: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes], deadline: float) -> None:
        self._extract = extract
        self._deadline = deadline
        self._began = time.perf_counter()
        self._cpu = time.process_time()
        self._outcome = Outcome()

    def now(self) -> float:
        return time.perf_counter() - self._began

    async def call(self, request: tuple[bytes, int], due: float) -> None:
        message, words = request
        self._outcome.sent += 1
        code = OK
        try:
            # Late callers have less time left, as their users do.
            await self._extract(message, timeout=max(0.001, self._deadline - (self.now() - due)))
        except grpc.aio.AioRpcError as error:
            code = error.code().name
        ended = self.now()
        self._outcome.calls.append(Call(code, ended - due, ended, words))

    async def through(self, tasks: Sequence[asyncio.Future[None]], patience: float | None = None) -> Outcome:
        """Wait for the calls, with patience for those that never end."""
        if tasks:
            done, pending = await asyncio.wait(tasks, timeout=patience)
            for task in pending:
                task.cancel()
            for task in done:
                task.result()
        self._outcome.cpu_seconds = time.process_time() - self._cpu
        return self._outcome


def percentile(values: Sequence[float], share: float) -> float:
    """Return the least value that at least this share of the values does not exceed; NaN without values."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)] if ranked else math.nan
