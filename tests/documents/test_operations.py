from __future__ import annotations

import re
from pathlib import Path

import yaml

from inquit.config import ServerSettings

_ROOT = Path(__file__).resolve().parents[2]
_GUIDE = (_ROOT / "docs" / "operations.md").read_text("utf-8")


def test_every_alert_is_explained() -> None:
    """The guide says of each alert what it means and what to do."""
    rules = yaml.safe_load((_ROOT / "deploy" / "prometheus" / "alerts.yaml").read_text("utf-8"))
    names = [rule["alert"] for group in rules["groups"] for rule in group["rules"]]
    assert re.findall(r"^\| (Inquit\w+) \|", _GUIDE, re.MULTILINE) == names


def test_every_setting_has_a_theme() -> None:
    """The table of themes names settings that there are, and leaves none out."""
    table = _GUIDE.partition("## Settings by theme")[2].partition("##")[0]
    themes = re.findall(r"^\| [\w ,]+ \| ([^|]+) \|", table, re.MULTILINE)
    named = [name for theme in themes for name in re.findall(r"`(\w+…?)`", theme)]
    settings = set(ServerSettings.model_fields)
    covered: set[str] = set()
    for name in named:
        found = {one for one in settings if one.startswith(name[:-1])} if name.endswith("…") else {name}
        assert found, name
        assert found <= settings, name
        covered |= found
    assert covered == settings
