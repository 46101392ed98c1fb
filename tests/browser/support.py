"""What the browser tests share: views, screenshots kept as artifacts, the search for what keeps people out."""

import os
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

ROOT = Path(__file__).parent.parent.parent
PACKAGES = Path(__file__).parent / "node_modules"
SCREENSHOTS = ROOT / ".cache" / "screenshots"

VIEWS: dict[str, dict[str, Any]] = {
    "phone-light": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    "phone-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "desktop-light": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "desktop-dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
}
LOOKED_AT = tuple(VIEWS) if os.environ.get("SEALGATE_SCREENSHOTS") else ("phone-light", "desktop-dark")
"""The views that a run takes: each size and each theme once; all four with SEALGATE_SCREENSHOTS=1."""


def keep_screenshot(page: Page, name: str) -> None:
    """Keep how the page looks, for people to look at; under `.cache/screenshots`, which is not committed."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def findings(page: Page, *, every: bool = False, rule: str | None = None) -> list[str]:
    """Return what axe finds that keeps people out; with `every` also what only makes it harder; for one rule or all."""
    if not page.evaluate("'axe' in window"):
        page.evaluate((PACKAGES / "axe-core/axe.min.js").read_text() + ";0")
    only = {} if rule is None else {"runOnly": [rule]}
    found = page.evaluate("(only) => axe.run(document, {resultTypes: ['violations'], ...only})", only)
    return [
        f"{one['id']}: {one['help']}"
        for one in found["violations"]
        if every or one["impact"] in ("serious", "critical")
    ]


def fits(page: Page) -> bool:
    """Tell whether the page does not scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
