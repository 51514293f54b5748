"""The extractor: encode > run > decode, the same for server, command line and evaluation.

All three may be called from several threads at once. `encode` and `decode` work on the CPU; `run`
is the only step that knows the device, and best called by `lanes` threads at a time.
"""

from __future__ import annotations

import copy
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import torch

from inquit.assembly import assemble
from inquit.batch import batch_tokens_for
from inquit.learned import LearnedAntecedents
from inquit.model.batching import fetched, pad_windows
from inquit.model.config import ModelConfig
from inquit.model.decoding import Decoder
from inquit.model.encoding import EncodedText, TextEncoder, Window
from inquit.model.heads import Heads
from inquit.model.info import ModelInfo, shape_of
from inquit.model.network import Network
from inquit.model.outputs import WindowOutput
from inquit.model.placement import granted_cores, lanes_for, place, return_freed_memory, spare_cores
from inquit.model.recasing import recased
from inquit.model.storage import weights_bytes
from inquit.model.weights import find_model, load_network, load_tokenizer
from inquit.resolve.resolver import resolve
from inquit.text.readable import Readable
from inquit.types import Document, Extraction, ExtractOptions, QuoteKind

if TYPE_CHECKING:
    from typing import Self

__all__ = ["EncodedDocument", "Extractor", "Window", "WindowOutput"]

_DEFAULT_OPTIONS = ExtractOptions()
# Documents that are read before they are asked for, a lane.
_AHEAD = 2


@dataclass(frozen=True, slots=True)
class EncodedDocument:
    """A document ready for the network."""

    document: Document
    options: ExtractOptions
    readable: Readable
    text: EncodedText
    """Of what is read, not of the document's own text."""
    windows: tuple[Window, ...]
    """Empty for a text that needs no network: without tokens, or without what was asked for."""
    seconds: float
    """Spent on encoding."""


class Extractor:
    """Finds the quotations of a text and says who uttered them."""

    def __init__(
        self,
        info: ModelInfo,
        config: ModelConfig,
        network: Network,
        encoder: TextEncoder,
        *,
        device: torch.device,
        dtype: torch.dtype,
        lanes: int = 1,
    ) -> None:
        """`network` is float32 on the CPU; see `load` for the usual way in."""
        self.info = info
        self.lanes = lanes
        """How many calls of `run` at a time make the best of the device."""
        self._pool: ThreadPoolExecutor | None = None
        self._config = config
        self._encoder = encoder
        self._device = device
        self._heads = Heads(network)
        self._decoder = Decoder(self._heads, config.decoding)
        self._tokens = network.tokens.to(device=device, dtype=dtype)
        self._tokens.fuse()

    @classmethod
    def load(
        cls,
        model: str | os.PathLike[str] | None = None,
        *,
        device: str = "auto",
        dtype: str = "auto",
        threads: int | None = None,
        sha256: str | None = None,
    ) -> Self:
        """Load a model folder, or the bundled default; raises ModelError.

        `device` is auto, cpu, cuda, cuda:N or mps; `dtype` auto, float32, bfloat16 or float16;
        `threads` is the number of cores for the network on a CPU, by default what the process
        is granted; each pass is on one of them. Weights of another `sha256` are refused.
        """
        folder = find_model(model)
        config = ModelConfig.load(folder)
        placement = place(device, dtype)
        spare_cores(1)
        network, found = load_network(folder, config, sha256=sha256)
        info = ModelInfo(
            name=config.name,
            version=config.version,
            sha256=found,
            languages=config.languages,
            device=str(placement.device),
            dtype=str(placement.dtype).removeprefix("torch."),
            encoder=shape_of(network.tokens.encoder.config),
            parameters=sum(p.numel() for p in network.parameters()),
            weight_bytes=weights_bytes(folder),
        )
        pieces = network.tokens.encoder.config.vocab_size
        encoder = TextEncoder(load_tokenizer(folder, pieces))
        lanes = lanes_for(placement.device, threads)
        loaded = cls(
            info, config, network, encoder, device=placement.device, dtype=placement.dtype, lanes=lanes
        )
        return_freed_memory()
        return loaded

    @classmethod
    def of_network(
        cls, network: Network, config: ModelConfig, encoder: TextEncoder, *, device: str = "cpu"
    ) -> Self:
        """Wrap a copy of a network that is still being trained, to evaluate it as it would be served."""
        placement = place(device)
        # Training goes on in this process, and has one pass at a time.
        spare_cores(granted_cores())
        info = ModelInfo(
            config.name,
            config.version,
            "",
            config.languages,
            str(placement.device),
            str(placement.dtype).removeprefix("torch."),
        )
        copied = copy.deepcopy(network).cpu().eval()
        return cls(info, config, copied, encoder, device=placement.device, dtype=placement.dtype)

    def use(self, config: ModelConfig) -> None:
        """Decode by another configuration of the same model from now on; for choosing thresholds."""
        self._config = config
        self._decoder = Decoder(self._heads, config.decoding)

    def warm_up(self) -> None:
        """Run the network once on a short text, so that the first caller does not wait for it."""
        self.extract("“We are ready,” said Ada Warm. She “waited”.")

    def encode(self, document: Document, options: ExtractOptions = _DEFAULT_OPTIONS) -> EncodedDocument:
        """Tokenize a document of any length and cut it into windows."""
        began = time.perf_counter()
        readable = Readable.of(document.text)
        text = self._encoder.encode(readable.text)
        windows: tuple[Window, ...] = ()
        # Where nothing is quoted and only quoted words were asked for, the network is not.
        if QuoteKind.INDIRECT in options.kinds or text.marks.strings:
            windows = self._encoder.windows(text, self._config.window_length, self._config.window_overlap)
        return EncodedDocument(document, options, readable, text, windows, time.perf_counter() - began)

    def run(self, windows: Sequence[Window]) -> list[WindowOutput]:
        """Run the network over one batch of windows; outputs are in the same order."""
        if not windows:
            return []
        batch = pad_windows(windows, self._device)
        with torch.inference_mode():
            output = self._tokens(batch)
            states = fetched(output.states, torch.float16)
            scores = fetched(output.tag_scores, torch.float32)
            if self._device.type == "cuda":
                torch.cuda.current_stream(self._device).synchronize()
        return [
            WindowOutput(a[: w.length], b[: w.length])
            for w, a, b in zip(windows, states.numpy(), scores.numpy(), strict=True)
        ]

    def run_all(
        self, windows: Sequence[Window], *, token_budget: int | None = None, side_by_side: bool = True
    ) -> list[WindowOutput]:
        """Run the network over any number of windows, at most `token_budget` padded tokens a pass.

        Left out, it is what suits the device. Passes are `side_by_side` in all lanes, or in the
        caller's thread alone.
        """
        if not windows:
            return []
        # All windows of a document are of about the same length: padding costs little.
        longest = max(window.length for window in windows)
        size = max(1, (token_budget or batch_tokens_for(self.info.device)) // longest)
        count = -(-len(windows) // size)
        if side_by_side and self.info.device == "cpu":
            count = max(count, min(self.lanes, len(windows)))
        edges = [round(number * len(windows) / count) for number in range(count + 1)]
        batches = [windows[first:last] for first, last in pairwise(edges)]
        if len(batches) == 1 or self.lanes == 1 or not side_by_side:
            return [output for batch in batches for output in self.run(batch)]
        return [output for outputs in self._threads().map(self.run, batches) for output in outputs]

    def decode(self, encoded: EncodedDocument, outputs: Sequence[WindowOutput]) -> Extraction:
        """Read the quotations out of the outputs of the document's windows and name the speakers."""
        began = time.perf_counter()
        reading = self._decoder.decode(encoded.text, encoded.windows, outputs)
        text = encoded.text
        resolution = resolve(
            recased(text, reading.links, self._heads.capitals),
            text.paragraphs,
            text.sentences,
            reading.drafts,
            LearnedAntecedents(reading, self._heads),
            weights=self._config.resolution,
        )
        extraction = assemble(
            encoded.document,
            encoded.options,
            reading,
            resolution,
            self._config,
            readable=encoded.readable,
        )
        return replace(
            extraction,
            timings=replace(extraction.timings, encode=encoded.seconds, decode=time.perf_counter() - began),
        )

    def extract(self, document: Document | str, options: ExtractOptions = _DEFAULT_OPTIONS) -> Extraction:
        """Read one document in this process."""
        whole = Document("", document) if isinstance(document, str) else document
        encoded = self.encode(whole, options)
        return self._timed(encoded, lambda: self.run_all(encoded.windows))

    def extract_many(
        self,
        documents: Iterable[Document],
        options: ExtractOptions = _DEFAULT_OPTIONS,
        *,
        token_budget: int | None = None,
    ) -> Iterator[Extraction]:
        """Read documents in order and in bounded memory, `lanes` of them side by side.

        `token_budget` is the most padded tokens of one pass through the network, by default what suits
        the device.
        """

        def read(document: Document) -> Extraction:
            encoded = self.encode(document, options)
            return self._timed(
                encoded, lambda: self.run_all(encoded.windows, token_budget=token_budget, side_by_side=False)
            )

        if self.lanes == 1:
            yield from map(read, documents)
            return
        pool = self._threads()
        ahead: deque[Future[Extraction]] = deque()
        try:
            for document in documents:
                ahead.append(pool.submit(read, document))
                if len(ahead) > _AHEAD * self.lanes:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()

    def _timed(self, encoded: EncodedDocument, run: Callable[[], list[WindowOutput]]) -> Extraction:
        began = time.perf_counter()
        outputs = run()
        network = time.perf_counter() - began
        extraction = self.decode(encoded, outputs)
        return replace(extraction, timings=replace(extraction.timings, network=network))

    def _threads(self) -> ThreadPoolExecutor:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.lanes, thread_name_prefix="inquit-lane")
        return self._pool
