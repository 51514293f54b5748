"""What perturbations cost, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inquit.evaluation.perturbations.catalogue import Perturbation
from inquit.evaluation.signature import Signature

__all__ = ["Loss", "LossReport", "Outcome"]


@dataclass(frozen=True, slots=True)
class Loss:
    """One measure under a perturbation and without it, in percent; 95 % intervals."""

    group: str
    name: str
    value: float
    low: float | None
    """None without a bootstrap, as `high` and the two of the loss."""
    high: float | None
    loss: float
    """Points lost against the same texts unperturbed; below 0 for a gain."""
    loss_low: float | None
    loss_high: float | None
    total: int
    """The number of cases judged."""

    def as_dict(self) -> dict[str, float | int | None]:
        """Return the numbers by name, to two places."""
        numbers = {
            name: getattr(self, name) for name in ("value", "low", "high", "loss", "loss_low", "loss_high")
        }
        rounded = {name: None if value is None else round(value, 2) for name, value in numbers.items()}
        return {**rounded, "total": self.total}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One perturbation and what it cost."""

    perturbation: Perturbation
    changed: int
    """Texts that it made another text of; the others count as they are."""
    losses: tuple[Loss, ...]

    def loss(self, group: str, name: str) -> Loss:
        """Return one measure's loss; raise KeyError where it could not be measured."""
        for loss in self.losses:
            if (loss.group, loss.name) == (group, name):
                return loss
        raise KeyError(f"{group}.{name}")

    def as_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {
            "group": self.perturbation.group,
            "bound": self.perturbation.bound,
            "changed": self.changed,
            "figures": _by_group(self.losses),
        }


@dataclass(frozen=True, slots=True)
class LossReport:
    """All perturbations of a run, and what they were measured with."""

    signature: Signature
    plain: tuple[Loss, ...]
    """The same texts unperturbed; their losses are 0."""
    outcomes: tuple[Outcome, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return signature and figures, ready for JSON."""
        return {
            "signature": self.signature.as_dict(),
            "unperturbed": _by_group(self.plain),
            "perturbations": {outcome.perturbation.name: outcome.as_dict() for outcome in self.outcomes},
        }

    def table(self) -> str:
        """Return values and losses as two tables in Markdown, the signature below."""
        measures = [(loss.group, loss.name) for loss in self.plain]
        head = [_TITLES.get(measure, " ".join(measure)) for measure in measures]
        values = [["perturbation", "texts changed", *head], ["(none)", "", *map(_value, self.plain)]]
        losses = [
            ["perturbation", *(_TITLES[measure] for measure in _CENTRAL if measure in measures), "may lose"]
        ]
        for outcome in self.outcomes:
            name, bound = outcome.perturbation.name, outcome.perturbation.bound
            values.append([name, str(outcome.changed), *map(_value, outcome.losses)])
            central = [outcome.loss(*measure) for measure in _CENTRAL if measure in measures]
            losses.append([name, *map(_loss, central), "" if bound is None else f"{bound:g}"])
        return "\n\n".join(
            (
                _lined("values, in percent", values),
                _lined("points lost, with the 95 % interval of the paired difference", losses),
                str(self.signature),
            )
        )


_TITLES = {
    ("quoted_strings", "f1"): "quoted strings F1",
    ("speaker", "named_strict"): "named, strict",
    ("speaker", "named_lenient"): "named, lenient",
    ("end_to_end", "f1"): "end to end F1",
    ("end_to_end", "f1_by_place"): "by place",
    ("spans", "source_f1"): "source F1",
    ("spans", "cue_f1"): "cue F1",
    ("spans", "content_f1"): "content F1",
}
_CENTRAL = (
    ("quoted_strings", "f1"),
    ("speaker", "named_lenient"),
    ("end_to_end", "f1"),
    ("end_to_end", "f1_by_place"),
)


def _by_group(losses: Sequence[Loss]) -> dict[str, dict[str, dict[str, float | int | None]]]:
    groups: dict[str, dict[str, dict[str, float | int | None]]] = {}
    for loss in losses:
        groups.setdefault(loss.group, {})[loss.name] = loss.as_dict()
    return groups


def _value(loss: Loss) -> str:
    return f"{loss.value:.1f}"


def _loss(loss: Loss) -> str:
    # Adding 0 makes a negative zero a plain one.
    if loss.loss_low is None or loss.loss_high is None:
        return f"{round(loss.loss, 1) + 0:.1f}"
    low, high = round(loss.loss_low, 1) + 0, round(loss.loss_high, 1) + 0
    return f"{round(loss.loss, 1) + 0:.1f} ({low:.1f} to {high:.1f})"


def _lined(title: str, rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| "
        + " | ".join(
            _padded(cell, width, number) for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        + " |"
        for row in rows
    ]
    rule = (
        "|"
        + "|".join(
            "-" * (width + 2) if number == 0 else "-" * (width + 1) + ":"
            for number, width in enumerate(widths)
        )
        + "|"
    )
    return "\n".join([title, "", lines[0], rule, *lines[1:]])


def _padded(cell: str, width: int, column: int) -> str:
    return cell.ljust(width) if column == 0 else cell.rjust(width)
