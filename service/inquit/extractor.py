"""The extractor: encode > run > decode, the same for server, command line and evaluation.

`encode` and `decode` work on the CPU and may be called from several threads at once; `run` is
the only step that knows the device, and is called by one thread at a time.
"""

from __future__ import annotations

import copy
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch

from inquit.assembly import assemble
from inquit.batch import batch_tokens_for
from inquit.model.batching import fetched, pad_windows
from inquit.model.config import ModelConfig
from inquit.model.decoding import Decoder, DocumentReading
from inquit.model.encoding import EncodedText, TextEncoder, Window
from inquit.model.heads import Heads, PointerHead
from inquit.model.info import ModelInfo
from inquit.model.links import Choice
from inquit.model.network import SPEAKER_TYPES, Network
from inquit.model.outputs import WindowOutput
from inquit.model.placement import place
from inquit.model.weights import find_model, load_network, load_tokenizer, sha256_of
from inquit.resolve.antecedents import NoAntecedents
from inquit.resolve.resolver import resolve
from inquit.text.segments import Segment
from inquit.types import Document, Extraction, ExtractOptions, QuoteKind, SpeakerType

if TYPE_CHECKING:
    from typing import Self

__all__ = ["EncodedDocument", "Extractor", "Window", "WindowOutput"]

_DEFAULT_OPTIONS = ExtractOptions()
# Tokens within which names and mentions are looked for: as in training, a few windows.
_RESOLUTION_REACH = 2000


@dataclass(frozen=True, slots=True)
class EncodedDocument:
    """A document ready for the network."""

    document: Document
    options: ExtractOptions
    text: EncodedText
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
    ) -> None:
        """`network` is float32 on the CPU; see `load` for the usual way in."""
        self.info = info
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
    ) -> Self:
        """Load a model folder, or the bundled default; raises ModelError.

        `device` is auto, cpu, cuda, cuda:N or mps; `dtype` auto, float32, bfloat16 or float16;
        `threads` is the number of the network's threads on a CPU, by default what the process
        is granted.
        """
        folder = find_model(model)
        config = ModelConfig.load(folder)
        placement = place(device, dtype, threads)
        network = load_network(folder, config)
        info = ModelInfo(
            name=config.name,
            version=config.version,
            sha256=sha256_of(folder),
            languages=config.languages,
            device=str(placement.device),
            dtype=str(placement.dtype).removeprefix("torch."),
        )
        encoder = TextEncoder(load_tokenizer(folder))
        return cls(info, config, network, encoder, device=placement.device, dtype=placement.dtype)

    @classmethod
    def of_network(
        cls, network: Network, config: ModelConfig, encoder: TextEncoder, *, device: str = "cpu"
    ) -> Self:
        """Wrap a copy of a network that is still being trained, to evaluate it as it would be served."""
        placement = place(device)
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
        text = self._encoder.encode(document.text)
        windows: tuple[Window, ...] = ()
        # Where nothing is quoted and only quoted words were asked for, the network is not.
        if QuoteKind.INDIRECT in options.kinds or text.marks.strings:
            windows = self._encoder.windows(text, self._config.window_length, self._config.window_overlap)
        return EncodedDocument(document, options, text, windows, time.perf_counter() - began)

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

    def run_all(self, windows: Sequence[Window], *, token_budget: int | None = None) -> list[WindowOutput]:
        """Run the network over any number of windows, at most `token_budget` padded tokens at a time.

        Left out, it is what suits the device.
        """
        # All windows of a document are of about the same length: padding costs little.
        longest = max((w.length for w in windows), default=1)
        size = max(1, (token_budget or batch_tokens_for(self.info.device)) // longest)
        return [
            output
            for start in range(0, len(windows), size)
            for output in self.run(windows[start : start + size])
        ]

    def decode(self, encoded: EncodedDocument, outputs: Sequence[WindowOutput]) -> Extraction:
        """Read the quotations out of the outputs of the document's windows and name the speakers."""
        began = time.perf_counter()
        reading = self._decoder.decode(encoded.text, encoded.windows, outputs)
        text = encoded.text
        resolution = resolve(
            text.text,
            text.paragraphs,
            text.sentences,
            reading.drafts,
            _LearnedAntecedents(reading, self._heads),
            weights=self._config.resolution,
        )
        extraction = assemble(encoded.document, encoded.options, reading, resolution, self._config)
        return replace(
            extraction,
            timings=replace(extraction.timings, encode=encoded.seconds, decode=time.perf_counter() - began),
        )

    def extract(self, document: Document | str, options: ExtractOptions = _DEFAULT_OPTIONS) -> Extraction:
        """Read one document in this process."""
        whole = Document("", document) if isinstance(document, str) else document
        return next(self.extract_many([whole], options))

    def extract_many(
        self,
        documents: Iterable[Document],
        options: ExtractOptions = _DEFAULT_OPTIONS,
        *,
        token_budget: int | None = None,
    ) -> Iterator[Extraction]:
        """Read documents one after the other, in order and in bounded memory.

        `token_budget` is the most padded tokens of one pass through the network, by default what suits
        the device.
        """
        for document in documents:
            encoded = self.encode(document, options)
            began = time.perf_counter()
            outputs = self.run_all(encoded.windows, token_budget=token_budget)
            network = time.perf_counter() - began
            extraction = self.decode(encoded, outputs)
            yield replace(extraction, timings=replace(extraction.timings, network=network))


class _LearnedAntecedents:
    """The pointers of the model that resolve, asked about one document."""

    def __init__(self, reading: DocumentReading, heads: Heads) -> None:
        self._reading = reading
        self._heads = heads

    def of_mentions(self, queries: Sequence[Segment], candidates: Sequence[Segment]) -> list[Choice]:
        return self._choices(self._heads.antecedent, queries, candidates)

    def of_strings(self, queries: Sequence[Segment], candidates: Sequence[Segment]) -> list[Choice]:
        # The marks belong to the strings that the model learned from.
        marked = [Segment(max(0, s.start - 1), s.end + 1) for s in queries]
        return self._choices(self._heads.speaker, marked, candidates)

    def of_surnames(self, queries: Sequence[Segment], candidates: Sequence[Segment]) -> list[Choice]:
        return self._choices(self._heads.antecedent, queries, candidates)

    def types(self, spans: Sequence[Segment]) -> list[dict[SpeakerType, float]]:
        links = self._reading.links
        if links is None:
            return NoAntecedents().types(spans)
        encoded = self._reading.encoded
        chances = links.types(self._heads.types, [encoded.token_span(*s) or (0, 1) for s in spans])
        return [dict(zip(SPEAKER_TYPES, row, strict=True)) for row in chances.tolist()]

    def _choices(
        self, pointer: PointerHead, queries: Sequence[Segment], candidates: Sequence[Segment]
    ) -> list[Choice]:
        links = self._reading.links
        if links is None:
            return NoAntecedents().of_mentions(queries, candidates)
        encoded = self._reading.encoded
        asked = [encoded.token_span(*s) or (0, 1) for s in queries]
        offered = [encoded.token_span(*s) or (0, 1) for s in candidates]
        return links.choices(pointer, asked, offered, reach=_RESOLUTION_REACH)
