"""`python -m inquit` and the `inquit` command."""

from __future__ import annotations

import importlib.util
import sys

_NEEDED = ("typer", "rich", "jinja2")


def main() -> None:
    """Run the command line, or say in one line what is missing for it."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        sys.exit(f"inquit: the command line needs {', '.join(missing)}; try: pip install 'inquit[cli]'")
    from inquit.cli.app import app

    app(prog_name="inquit")


if __name__ == "__main__":
    main()
