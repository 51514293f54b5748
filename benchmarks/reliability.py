"""Pictures of what the confidences mean: reliability diagrams, and precision against recall.

    python benchmarks/reliability.py models/inquit-small-en/eval.json --out models/inquit-small-en
    python benchmarks/reliability.py dev.jsonl --out pictures [--model models/inquit-small-en]

The first form draws a report that `inquit evaluate --json` or training wrote, the second reads
a gold file with the model first. Two files appear in the folder: `reliability.svg` and
`min_confidence.svg`. The same report gives the same bytes with the same matplotlib.
"""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw"]

_BLUE, _ORANGE, _GREY = "#2b6ca3", "#c8641e", "#9a9a9a"
_MARKED = (0.5, 0.9)
"""The least confidences that are written beside the curve."""

Row = Mapping[str, Any]


def main() -> None:
    """Draw both pictures and tell where they are."""
    options = _options()
    if options.source.suffix == ".jsonl":
        report = _evaluated(options.source, options.model)
    else:
        report = json.loads(options.source.read_text(encoding="utf-8"))
    for path in draw(report, options.out):
        print(path)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Draw reliability diagrams and precision/recall curves.")
    parser.add_argument("source", type=Path, help="report in JSON, or gold in .jsonl to read with the model")
    parser.add_argument("--out", type=Path, required=True, help="folder of the pictures")
    parser.add_argument("--model", default=None, help="model folder; the bundled one by default")
    return parser.parse_args()


def _evaluated(gold: Path, model: str | None) -> Row:
    from inquit.evaluation.report import evaluate
    from inquit.extractor import Extractor

    return evaluate(gold, extractor=Extractor.load(model, device="auto"), samples=0).as_dict()


def draw(report: Row, folder: Path) -> tuple[Path, Path]:
    """Write the pictures of a report; exit with a message where it judged no confidences."""
    if not report.get("calibration") or not report.get("curves"):
        raise SystemExit("the report has no calibration: its gold judges no quoted strings")
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(
        {
            # The ids of clip paths and markers; drawn by chance otherwise.
            "svg.hashsalt": "inquit",
            "svg.fonttype": "none",
            "font.family": "sans-serif",
            "font.size": 9,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": "#666666",
            "axes.grid": True,
            "axes.axisbelow": True,
            "grid.color": "#e4e4e4",
            "legend.frameon": False,
        }
    ):
        return (
            _save(_reliability(report), folder / "reliability.svg"),
            _save(_curves(report), folder / "min_confidence.svg"),
        )


def _save(figure: Figure, path: Path) -> Path:
    # Neither date nor version: a picture that did not change is no change to commit.
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    lines = (line.rstrip() for line in drawn.getvalue().splitlines())
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _reliability(report: Row) -> Figure:
    shown = [
        ("confidence", "is it a quotation?"),
        ("speaker_confidence", "is it the right speaker?"),
    ]
    shown = [(name, question) for name, question in shown if name in report["calibration"]]
    figure, panels = _figure(report, len(shown))
    for panel, (name, question) in zip(panels, shown, strict=True):
        found = report["calibration"][name]
        panel.plot([0, 1], [0, 1], color=_GREY, linewidth=1, linestyle=(0, (4, 3)))
        most = max(row["count"] for row in found["equal_width"])
        panel.bar(
            [row["confidence"] for row in found["equal_width"]],
            [0.25 * row["count"] / most for row in found["equal_width"]],
            width=0.03,
            color="#dfe8f0",
            label="cases, equal width",
        )
        _dots(panel, found["equal_width"], _BLUE, "o", "10 bins of equal width")
        _dots(panel, found["equal_mass"], _ORANGE, "D", "10 bins of equal mass")
        panel.set(
            xlim=(0, 1.01),
            ylim=(0, 1.03),
            xlabel=f"{name}, mean of the bin",
            ylabel="share that is right",
            title=f"{name}: {question}",
        )
        panel.text(
            0.03,
            0.97,
            f"{found['count']} strings\nerror {found['equal_width_error']:.3f} (width), "
            f"{found['equal_mass_error']:.3f} (mass)\nBrier score {found['brier']:.3f}",
            transform=panel.transAxes,
            va="top",
        )
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


def _dots(panel: Axes, bins: Sequence[Row], color: str, marker: str, label: str) -> None:
    panel.plot(
        [row["confidence"] for row in bins],
        [row["accuracy"] for row in bins],
        color=color,
        marker=marker,
        markersize=4,
        linewidth=1.2,
        label=label,
    )


def _curves(report: Row) -> Figure:
    shown = [
        ("speech", "quoted strings that are speech"),
        ("speaker", "quoted strings with the right speaker"),
    ]
    figure, panels = _figure(report, len(shown))
    for panel, (what, title) in zip(panels, shown, strict=True):
        for name, color, label in (
            ("confidence", _BLUE, "least confidence"),
            ("both", _ORANGE, "least of both confidences"),
        ):
            _curve(panel, report["curves"][name], what, color, label)
        panel.set(xlabel="recall", ylabel="precision", title=title)
        panel.legend(loc="lower left")
    return figure


def _curve(panel: Axes, points: Sequence[Row], what: str, color: str, label: str) -> None:
    kept = [row for row in points if row[f"{what}_precision"] is not None]
    panel.plot(
        [row[f"{what}_recall"] for row in kept],
        [row[f"{what}_precision"] for row in kept],
        color=color,
        linewidth=1.5,
        label=label,
    )
    told: set[tuple[float, float]] = set()
    for row in kept:
        place = (row[f"{what}_recall"], row[f"{what}_precision"])
        if row["threshold"] in _MARKED and place not in told:
            told.add(place)
            panel.plot(*place, color=color, marker="o", markersize=4)
            panel.annotate(
                f"{row['threshold']:g}", place, xytext=(5, 3), textcoords="offset points", color=color
            )


def _figure(report: Row, panels: int) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(4.6 * panels, 4.2), layout="constrained")
    axes = figure.subplots(1, panels, squeeze=False)
    signature = report["signature"]
    # What the figures belong to; the whole signature stands in the report.
    figure.supxlabel(
        f"{signature['model']} on {signature['data']} ({signature['data_rows']} documents)",
        fontsize=7,
        color="#666666",
    )
    return figure, list(axes[0])


if __name__ == "__main__":
    main()
