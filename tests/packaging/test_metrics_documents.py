"""Dashboard, alerts and the table of metrics speak of what the service really exports."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import promql_parser
import pytest
import yaml
from prometheus_client import Metric

from fake_extractor import FakeExtractor
from running_service import serving
from scraping import Page, scrape

_ROOT = Path(__file__).resolve().parents[2]
_DASHBOARD: dict[str, Any] = json.loads((_ROOT / "deploy" / "grafana" / "inquit.json").read_text("utf-8"))
_ALERTS: dict[str, Any] = yaml.safe_load((_ROOT / "deploy" / "prometheus" / "alerts.yaml").read_text("utf-8"))
_TABLE = (_ROOT / "docs" / "metrics.md").read_text("utf-8")

_OF_PROMETHEUS = {"job", "instance"}
"""Labels that every metric gets from whoever scrapes it."""

# Labels whose every value is on the page from the start, so that a misspelt one shows.
_CLOSED = {"grpc_service", "grpc_method", "grpc_code", "release", "reason", "stage"}


@dataclass
class _Sample:
    labels: set[str] = field(default_factory=set)
    values: dict[str, set[str]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def page() -> Page:
    """Scrape a service that has served and failed, so that every metric has a row."""
    return asyncio.run(_scraped())


async def _scraped() -> Page:
    async with serving(FakeExtractor(), metrics_port=0) as running:
        await running.extract("a")
        with pytest.raises(grpc.aio.AioRpcError):
            await running.extract("poison")
        return await scrape(running)


def _samples(page: Page) -> dict[str, _Sample]:
    found: dict[str, _Sample] = {}
    for family in page.families:
        for sample in family.samples:
            known = found.setdefault(sample.name, _Sample())
            known.labels |= set(sample.labels)
            for label, value in sample.labels.items():
                known.values.setdefault(label, set()).add(value)
    return found


def _panels() -> Iterator[dict[str, Any]]:
    for panel in _DASHBOARD["panels"]:
        yield panel
        yield from panel.get("panels", [])


def _expressions() -> list[Any]:
    shown = [
        pytest.param(target["expr"], id=f"panel-{panel['title']}-{target['refId']}")
        for panel in _panels()
        for target in panel.get("targets", [])
    ]
    rules = [
        pytest.param(rule["expr"], id=rule["alert"]) for group in _ALERTS["groups"] for rule in group["rules"]
    ]
    return shown + rules


def _selectors(expression: str) -> list[Any]:
    parsed = promql_parser.parse(expression.replace("$__rate_interval", "5m"))
    found: list[Any] = []

    def visit(node: Any) -> None:
        if isinstance(node, promql_parser.VectorSelector):
            found.append(node)

    promql_parser.walk(parsed, visit)
    return found


def _groupings(expression: str) -> set[str]:
    lists = re.findall(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)", expression)
    return {label.strip() for names in lists for label in names.split(",")}


@pytest.mark.parametrize("expression", _expressions())
def test_queries_name_what_is_exported(expression: str, page: Page) -> None:
    """A query is PromQL; its metrics, their labels and the values asked for are those of a real scrape."""
    samples = _samples(page)
    selectors = _selectors(expression)
    assert selectors
    for selector in selectors:
        assert selector.name in samples
        sample = samples[selector.name]
        for matcher in selector.matchers.matchers:
            assert matcher.name in sample.labels | _OF_PROMETHEUS
            if matcher.name in _CLOSED:
                assert set(matcher.value.split("|")) <= sample.values[matcher.name]
    labels = set.union(*(samples[selector.name].labels for selector in selectors))
    assert _groupings(expression) <= labels | _OF_PROMETHEUS


def test_every_metric_of_inquit_is_looked_at(page: Page) -> None:
    """The dashboard leaves out nothing that the service measures itself."""
    shown = {
        selector.name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count")
        for panel in _panels()
        for target in panel.get("targets", [])
        for selector in _selectors(target["expr"])
    }
    exported = {_name(family) for family in page.families}
    assert {name for name in exported if not name.startswith("process_")} <= shown


def test_panels_are_fit_for_grafana() -> None:
    """Ids are unique, panels do not lie upon each other, and each asks the data source that was chosen."""
    panels = list(_panels())
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert max(x for x, _ in cells) < 24
        assert not cells & taken
        taken |= cells
        for target in panel.get("targets", []):
            assert target["datasource"]["uid"] == "${datasource}"


def test_alerts_say_what_to_do() -> None:
    """Each alert has a name of its own, a severity, one sentence and an explanation."""
    rules = [rule for group in _ALERTS["groups"] for rule in group["rules"]]
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert {"summary", "description"} <= set(rule["annotations"])


def test_the_table_of_metrics_is_that_of_the_service(page: Page) -> None:
    """The documentation has one row for each metric, in order, with type, unit, labels and meaning."""
    samples = _samples(page)
    rows = [
        tuple(cell.strip() for cell in row)
        for row in re.findall(
            r"^\| `(\w+)` \| (\w+) \| ([^|]+) \| ([^|]*)\| ([^|]+) \|$", _TABLE, flags=re.MULTILINE
        )
    ]
    expected = [_row(family, samples) for family in page.families]
    told = [(name, kind, labels, meaning) for name, kind, _, labels, meaning in rows]
    # The process tells of itself on Linux only.
    assert [row for row in told if row in expected or not row[0].startswith("process_")] == expected
    assert all(unit for _, _, unit, _, _ in rows)


def _row(family: Metric, samples: dict[str, _Sample]) -> tuple[str, str, str, str]:
    name = _name(family)
    sample = samples[f"{name}_count"] if family.type == "histogram" else samples[name]
    labels = ", ".join(f"`{label}`" for label in _in_order(sample.labels))
    return name, family.type, labels, family.documentation


def _in_order(labels: set[str]) -> list[str]:
    wellknown = ["grpc_type", "grpc_service", "grpc_method", "grpc_code"]
    return [label for label in wellknown if label in labels] + sorted(labels - set(wellknown))


def _name(family: Metric) -> str:
    return f"{family.name}_total" if family.type == "counter" else family.name
