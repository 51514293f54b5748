"""One document's way through the model: encode and decode in a pool of threads, run in the batcher."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from math import isinf
from typing import TYPE_CHECKING, TypeVar

from inquit.batch import batch_tokens_for, pass_tokens_for
from inquit.batcher import Batcher
from inquit.config import ServerSettings
from inquit.deadline import Deadline
from inquit.errors import DeadlineExceeded, Overloaded
from inquit.installed import installed_version
from inquit.model.windows import LENGTH_STEP
from inquit.observer import Observer, Unobserved
from inquit.room import Room
from inquit.text_pool import Steps, TextPool
from inquit.types import Document, Extraction, ExtractOptions, ServiceInfo

if TYPE_CHECKING:
    from inquit.extractor import EncodedDocument, Extractor, Window, WindowOutput
    from inquit.jobs import Answer

__all__ = ["Engine"]

T = TypeVar("T")

_CHARACTERS_PER_TOKEN = 5
"""Of English text, rounded up: who is refused for lack of time is refused before any work."""

_LAST_STEP_SECONDS = 1.0
"""How long a stop waits for the steps of text that are running."""

_PATIENT_SECONDS = 1.0
"""How long a queue streams and batches may make: enough to keep the model busy."""
_LEAST_PATIENT = 100_000
"""Characters of theirs that are let in however slow the model is."""


class Engine:
    """A loaded model with everything that serves it; made on the event loop's thread, or before it runs."""

    def __init__(
        self, extractor: Extractor, settings: ServerSettings, observer: Observer | None = None
    ) -> None:
        self._extractor = extractor
        self._observer = observer or Unobserved()
        self._room = Room(settings.pending_characters, self._patient_characters)
        self._batch_room = Room(settings.pending_characters, lambda: 0)
        self._characters_per_token = float(_CHARACTERS_PER_TOKEN)
        self._texts = TextPool(settings.text_threads)
        info = extractor.info
        self.batcher: Batcher[Window, WindowOutput] = Batcher(
            extractor.run,
            lanes=extractor.lanes,
            # A GPU reads one large batch faster than two small ones, cores do not.
            spread=info.device == "cpu",
            step=LENGTH_STEP,
            pass_tokens=pass_tokens_for(info.device),
            batch_tokens=settings.batch_tokens or batch_tokens_for(info.device),
            max_windows=settings.queue_windows,
            max_tokens=settings.queue_tokens,
            stall_seconds=settings.stall_seconds,
            observer=self._observer,
        )
        self.info = ServiceInfo(
            model_name=info.name,
            model_version=info.version,
            model_sha256=info.sha256,
            languages=info.languages,
            device=info.device,
            dtype=info.dtype,
            limits=settings.limits,
            service_version=installed_version(),
        )

    def start(self) -> None:
        """Begin to serve."""
        self.batcher.start()

    def stop(self, grace: float) -> bool:
        """Finish what waits within `grace` seconds and fail the rest; blocks.

        Returns whether everything has ended; a step that runs cannot be interrupted.
        """
        ended = self.batcher.stop(grace)
        return self._texts.stop(_LAST_STEP_SECONDS) and ended

    async def extract(
        self,
        document: Document,
        options: ExtractOptions,
        deadline: Deadline,
        render: Callable[[Extraction], T],
        *,
        patient: bool = False,
    ) -> T:
        """Read a valid document; `render` turns the result into what is sent, off the event loop.

        Who is `patient` waits where others are refused, until the deadline. Cancelling takes the
        document out of the queue. Raises Overloaded, Unavailable, DeadlineExceeded, InternalError.
        """
        remaining = deadline.remaining()
        try:
            async with (
                asyncio.timeout(None if isinf(remaining) else remaining) as limit,
                self._room_for(document, deadline, patient=patient) as steps,
            ):
                size = len(document.text)
                encoded = await self._texts.encode(
                    lambda: self._extractor.encode(document, options), size, steps
                )
                self._weigh(size, encoded)
                answer = await self._run(encoded, deadline, patient=patient)
                return await self._texts.decode(lambda: self._decode(encoded, answer, render), size, steps)
        except TimeoutError:
            if limit.expired():
                raise DeadlineExceeded("the deadline passed before the answer was ready") from None
            raise

    def check(self, size: int, deadline: Deadline) -> None:
        """Raise Overloaded or DeadlineExceeded where texts of so many characters cannot be served in time."""
        self._room.check(size)
        self._check_time(size, deadline)

    @contextmanager
    def batch(self, sizes: Sequence[int], deadline: Deadline) -> Iterator[None]:
        """Hold the place of a batch while its texts, of so many characters, wait for room and are served.

        Raises as `check` does, at once. Batches leave room for each other as if all of their texts were
        in; streams, which may wait for ever, keep none of them out.
        """
        size = sum(sizes)
        self._batch_room.take(size)
        try:
            self._room.check(size)
            self._check_time(size, deadline, waited_for=self._room.ahead_of(max(sizes, default=0)))
            yield
        finally:
            self._batch_room.give_back(size)

    def _check_time(self, size: int, deadline: Deadline, waited_for: int = 0) -> None:
        before, after = self._texts.decoding_seconds(size)
        self.batcher.check(
            size // _CHARACTERS_PER_TOKEN,
            deadline,
            # A longer text lets this one by when it has had as much.
            coming=(self._texts.encoding(size) + waited_for) // _CHARACTERS_PER_TOKEN,
            before=before,
            after=after,
        )

    @property
    def pending_characters(self) -> int:
        """Characters of the texts that are being served."""
        return self._room.taken

    def _patient_characters(self) -> int:
        speed = self.batcher.tokens_per_second * self._characters_per_token
        return max(_LEAST_PATIENT, int(_PATIENT_SECONDS * speed))

    def _weigh(self, size: int, encoded: EncodedDocument) -> None:
        """Learn how many characters the model reads with a token, overlap counted as it costs time."""
        tokens = sum(window.length for window in encoded.windows)
        if tokens:
            self._characters_per_token += 0.1 * (size / tokens - self._characters_per_token)

    async def _run(
        self, encoded: EncodedDocument, deadline: Deadline, *, patient: bool
    ) -> Answer[WindowOutput]:
        while True:
            try:
                # Whether there is time was asked at the door, before any work was done.
                return await asyncio.wrap_future(self.batcher.submit(encoded.windows, deadline, patient=True))
            except Overloaded as error:
                if not patient or error.retry_after is None:
                    raise
                await asyncio.sleep(error.retry_after)

    def _decode(
        self, encoded: EncodedDocument, answer: Answer[WindowOutput], render: Callable[[Extraction], T]
    ) -> T:
        extraction = self._extractor.decode(encoded, answer.outputs)
        timings = replace(extraction.timings, queue=answer.queue_seconds, network=answer.network_seconds)
        rendered = render(replace(extraction, timings=timings))
        self._observer.document_read(
            timings, characters=len(encoded.document.text), quotes=len(extraction.quotes)
        )
        return rendered

    @asynccontextmanager
    async def _room_for(
        self, document: Document, deadline: Deadline, *, patient: bool
    ) -> AsyncIterator[Steps]:
        """Take room for the text, or refuse it.

        It stays taken until the last of the steps noted has ended, though its caller may leave before.
        """
        size = len(document.text)
        steps: Steps = []
        if patient:
            await self._room.wait(size)
        else:
            self.check(size, deadline)
            self._room.take(size)
        try:
            yield steps
        finally:
            if steps:
                steps[-1].add_done_callback(lambda _: self._room.give_back(size, patient=patient))
            else:
                self._room.give_back(size, patient=patient)
