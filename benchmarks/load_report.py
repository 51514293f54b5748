"""What `load.py` prints and writes."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from calls import Outcome

__all__ = ["REFUSED", "Row", "row", "show", "write"]

REFUSED = "RESOURCE_EXHAUSTED"
"""The code of a call that the service has no room for."""

Row = dict[str, Any]


def row(outcome: Outcome) -> Row:
    """Return the figures of a run of calls; latencies in seconds."""
    return {
        "documents_per_second": outcome.documents_per_second,
        "words_per_second": outcome.words_per_second,
        **{f"p{round(share * 100)}": outcome.latency(share) for share in (0.5, 0.95, 0.99)},
        "calls": outcome.sent,
        "codes": outcome.codes,
    }


def show(result: Row) -> None:
    """Print the table."""
    print(
        f"{'':12}{'documents/s':>12}{'words/s':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'calls':>8}  codes"
    )
    for name in ("closed", "in_process", "lone", "half", "double"):
        one = result[name]
        line = f"{name:12}{one['documents_per_second']:12.2f}{one['words_per_second']:9,.0f}"
        if "calls" in one:
            line += "".join(f"{one[key] * 1000:9.0f}" for key in ("p50", "p95", "p99"))
            line += f"{one['calls']:8}  " + ", ".join(f"{code} {n}" for code, n in one["codes"].items())
        print(line)
    double = result["double"]
    refusals = "none"
    if REFUSED in double["codes"]:
        refusals = f"p50 {double['refusal_p50'] * 1000:.1f} ms, p99 {double['refusal_p99'] * 1000:.1f} ms"
    print(
        f"served / in-process {result['served_over_in_process']:.3f}, the callers' own work took "
        f"{result['closed']['caller_cpu_share']:.1%} of a core"
    )
    print(f"half: p99 {result['half']['p99_over_lone_p99']:.2f} times the lone caller's")
    print(
        f"double: goodput {double['goodput_documents']:.1%} of the closed loop's documents, "
        f"{double['goodput_words']:.1%} of its words, refusals {refusals}, "
        f"lost {double['lost']}, next call {double['next_call_seconds'] * 1000:.0f} ms"
    )
    memory = result.get("memory", {})
    if "resident_mib" in memory:
        after = ", ".join(f"after {number} {mib:.0f}" for number, mib in memory["resident_mib"].items())
        print(
            f"resident MiB: {after} short documents ({memory['short_documents_per_second']:.0f} a second); "
            f"the loaded service {memory['after_load_mib']:.0f}, at most {memory['peak_mib']:.0f}"
        )
    print(" | ".join(f"{name} {value}" for name, value in result["signature"].items()))


def write(result: Row, path: Path) -> None:
    """Write the figures as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_finite(result), indent=2) + "\n", encoding="utf-8")


def _finite(value: Any) -> Any:
    """Return the value with None for NaN, which JSON does not know."""
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and math.isnan(value) else value
