"""The shape of a model: everything besides weights and tokenizer that decides its output."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from inquit.errors import ModelError
from inquit.model.calibration import Calibration
from inquit.model.encoder_values import check_encoder
from inquit.model.files import brief, read_model_file
from inquit.model.weighting import Weights

__all__ = ["CONFIG_FILE", "Decoding", "ModelConfig"]

CONFIG_FILE = "config.json"
FORMAT_VERSION = 1
_MOST_BYTES = 1024 * 1024
_MOST_NAME = 256
_MOST_NUMBER = 1_000_000
_MOST_WIDTH = 65_536
_MOST_WINDOW = 65_536
"""Of tokens; attention takes memory with its square."""


@dataclass(frozen=True, slots=True)
class Decoding:
    """Thresholds of the decoder, chosen on the development set."""

    speech_threshold: float = 0.6
    """Probability from which a quoted string counts as somebody's words."""
    content_weight: float = 0.0
    """0 to 1: share of the role tags, against the quoted-string head, in that probability.

    Above 0 gains nothing on news and loses quotations of fiction, where tags are less sure.
    """
    sharpness: float = 1.0
    """Factor on the scores of the role tags, against the scores of what follows what."""
    content_bias: float = 0.0
    """Added to the score of a word that begins content: above 0 more spans, below 0 fewer."""
    source_bias: float = 0.0
    cue_bias: float = 0.0


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """Architecture and identity of a model folder."""

    name: str
    version: str
    encoder: dict[str, Any]
    """The encoder's own configuration, in the form of Hugging Face `config.json`."""
    languages: tuple[str, ...] = ("en",)
    window_length: int = 512
    """Tokens of one window, the two special ones included."""
    window_overlap: int = 160
    """Least number of tokens that neighbouring windows share."""
    pointer_width: int = 128
    restores_case: bool = False
    """Whether the model tells which words are names where case tells nothing."""
    format_version: int = FORMAT_VERSION
    decoding: Decoding = field(default_factory=Decoding)
    resolution: Weights = field(default_factory=Weights)
    quote_calibration: Calibration = field(default_factory=Calibration)
    """Of `confidence`; by default none."""
    speaker_calibration: Calibration = field(default_factory=Calibration)
    """Of `speaker_confidence`."""

    def save(self, folder: Path) -> None:
        """Write `config.json` into the folder."""
        text = json.dumps(asdict(self), indent=2, sort_keys=True, ensure_ascii=False)
        (folder / CONFIG_FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> ModelConfig:
        """Read `config.json`; raises ModelError when it is missing or of another format."""
        path = folder / CONFIG_FILE
        text = read_model_file(path, most_bytes=_MOST_BYTES)
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ModelError(f"{path} cannot be read: {brief(error)}") from error
        if not isinstance(values, dict) or values.get("format_version") != FORMAT_VERSION:
            raise ModelError(f"{path} is not an inquit model of format {FORMAT_VERSION}")
        known = {f.name for f in fields(cls)}
        unknown = sorted(values.keys() - known)
        if unknown:
            raise ModelError(f"{path} has unknown fields: {brief(', '.join(unknown))}")
        try:
            values["languages"] = _listed(values["languages"])
            values["decoding"] = Decoding(**values["decoding"])
            values["resolution"] = Weights(**values.get("resolution", {}))
            for name in ("quote_calibration", "speaker_calibration"):
                values[name] = Calibration(**values.get(name, {}))
            config = cls(**values)
            config.check()
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"{path} is incomplete or malformed: {brief(error)}") from error
        return config

    def check(self) -> None:
        """Raise TypeError or ValueError, naming the field, where the values cannot make a model."""
        if not isinstance(self.encoder, dict):
            raise TypeError("encoder is not an object")
        check_encoder(self.encoder)
        self._check_texts()
        self._check_numbers()
        self._check_sizes()

    def _check_texts(self) -> None:
        # They go to logs, to callers and to terminals.
        texts: tuple[object, ...] = (self.name, self.version, *self.languages)
        if not all(isinstance(text, str) and text and text.isprintable() for text in texts):
            raise TypeError("name, version and languages are not printable strings")
        if max(len(str(text)) for text in texts) > _MOST_NAME:
            raise ValueError(f"name, version or a language has more than {_MOST_NAME} characters")

    def _check_numbers(self) -> None:
        for part in ("decoding", "resolution", "quote_calibration", "speaker_calibration"):
            for field_name, value in asdict(getattr(self, part)).items():
                if not isinstance(value, int | float):
                    raise TypeError(f"{part}.{field_name} is not a number")
                # Written so that NaN is refused.
                if not abs(value) <= _MOST_NUMBER:
                    raise ValueError(f"{part}.{field_name} is not between -{_MOST_NUMBER} and {_MOST_NUMBER}")

    def _check_sizes(self) -> None:
        for name in ("window_length", "window_overlap", "pointer_width"):
            if not isinstance(getattr(self, name), int):
                raise TypeError(f"{name} is not a whole number")
        positions = self.encoder.get("max_position_embeddings", self.window_length)
        if not isinstance(positions, int):
            raise TypeError("encoder.max_position_embeddings is not a whole number")
        longest = min(positions, _MOST_WINDOW)
        if not 16 <= self.window_length <= longest:
            raise ValueError(f"window_length {self.window_length} is not between 16 and {longest}")
        if not 0 <= self.window_overlap < self.window_length // 2:
            raise ValueError(f"window_overlap {self.window_overlap} is not below half a window")
        if not 1 <= self.pointer_width <= _MOST_WIDTH:
            raise ValueError(f"pointer_width {self.pointer_width} is not between 1 and {_MOST_WIDTH}")


def _listed(values: object) -> tuple[Any, ...]:
    if not isinstance(values, list):
        raise TypeError("languages is not a list")
    return tuple(values)
