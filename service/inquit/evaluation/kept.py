"""Quoted strings as they were judged, and what a least confidence keeps of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

__all__ = ["CURVES", "JudgedString", "Point", "count_kept", "curve"]

_THRESHOLD = 0.9
"""The least confidence that figures of their own tell about."""
_GRID = (*(step / 20 for step in range(18)), *(step / 100 for step in range(90, 100)))


@dataclass(frozen=True, slots=True)
class JudgedString:
    """A predicted string that stands for a string of the gold."""

    confidence: float
    speaker_confidence: float
    speech: bool
    told: bool
    """Whether the gold tells the speaker of this speech."""
    named: bool
    """Whether the prediction names a speaker."""
    right: bool
    """Whether the two agree leniently."""

    @property
    def both(self) -> float:
        """The lower of the two confidences; 0 where nobody is named, as the second is."""
        return min(self.confidence, self.speaker_confidence)


CURVES: Mapping[str, Callable[[JudgedString], float]] = {
    "confidence": lambda string: string.confidence,
    "both": lambda string: string.both,
}
"""What strings are kept by."""


@dataclass(frozen=True, slots=True)
class Point:
    """What a least confidence keeps; shares from 0 to 1, None where there is nothing to judge."""

    threshold: float
    kept: int
    speech_precision: float | None
    """Of the strings kept, those that are speech."""
    speech_recall: float | None
    """Of all strings that are speech, those kept."""
    speaker_precision: float | None
    """Of the strings kept, those that are speech with the right speaker; nobody's are left out."""
    speaker_recall: float | None
    """Of all strings with a speaker, those kept with the right one."""

    def as_dict(self) -> dict[str, object]:
        """Return the fields by name, numbers to four places."""
        return {
            name: round(value, 4) if isinstance(value, float) else value
            for name, value in asdict(self).items()
        }


def count_kept(counts: Counter[str], strings: Iterable[JudgedString]) -> None:
    """Count the strings returned without a speaker, and those that a least confidence of 0.9 keeps."""
    for string in strings:
        counts["speaker_confidence.told"] += string.told
        counts["speaker_confidence.unnamed"] += string.told and not string.named
        for name, confidence in CURVES.items():
            if confidence(string) >= _THRESHOLD:
                counts[f"kept.{name}.strings"] += 1
                counts[f"kept.{name}.speech"] += string.speech
                counts[f"kept.{name}.judged"] += string.told or not string.speech
                counts[f"kept.{name}.right"] += string.right


def curve(
    strings: Sequence[JudgedString], confidence: Callable[[JudgedString], float], *, speech: int, told: int
) -> tuple[Point, ...]:
    """Return what each least confidence keeps, among so many strings that are speech or have a speaker."""
    points = []
    for threshold in _GRID:
        kept = [string for string in strings if confidence(string) >= threshold]
        judged = sum(string.told or not string.speech for string in kept)
        spoken = sum(string.speech for string in kept)
        right = sum(string.right for string in kept)
        points.append(
            Point(
                threshold,
                len(kept),
                _share(spoken, len(kept)),
                _share(spoken, speech),
                _share(right, judged),
                _share(right, told),
            )
        )
    return tuple(points)


def _share(hits: int, total: int) -> float | None:
    return hits / total if total else None
