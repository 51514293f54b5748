"""The metrics of a service, read as Prometheus reads them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.request import ProxyHandler, build_opener

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from running_service import Running


@dataclass(frozen=True)
class Page:
    """One scrape."""

    text: str

    @property
    def families(self) -> list[Metric]:
        return list(text_string_to_metric_families(self.text))

    def value(self, name: str, /, **labels: str) -> float:
        """Return the only sample with that name and those labels, whatever others it has."""
        [found] = self.values(name, **labels)
        return found

    def values(self, name: str, /, **labels: str) -> list[float]:
        """Return every sample with that name and those labels."""
        return [
            sample.value
            for family in self.families
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]


async def scrape(running: Running) -> Page:
    """Read the page of a service that was started with a metrics port."""
    return await asyncio.to_thread(read_page, running.service.instruments.page)


def read_page(address: str) -> Page:
    """Read the page over HTTP, past any proxy."""
    assert address.startswith("http://")
    with build_opener(ProxyHandler({})).open(address, timeout=30) as answer:
        return Page(answer.read().decode())
