"""Debian's Chromium, driven by Playwright, for the tests of the page as people see it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = "no Chromium on this machine: apt-get install chromium (or put `chromium` on the PATH)"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
DRAWN = "() => [...document.querySelectorAll('figure .chart')].every(chart => chart.querySelector('svg, canvas'))"


def chromium() -> str:
    """Where Chromium is; where there is none the test is skipped, and fails where CI promises one."""
    found = next((place for name in NAMES if (place := shutil.which(name))), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium that is closed again."""
    place = chromium()
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=place, args=QUIET)
        try:
            yield opened
        finally:
            opened.close()


@dataclass
class Seen:
    """A page in the browser, and what it said and asked for: all of it must stay empty."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def wide(self) -> int:
        """Pixels by which the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@contextmanager
def seen(opened: Browser, file: Path, **context: object) -> Iterator[Seen]:
    """A page of a file, its charts drawn; context: as Playwright takes it (viewport, color_scheme)."""
    place = opened.new_context(**context)
    try:
        looked = Seen(place.new_page())
        page = looked.page
        page.on("pageerror", lambda error: looked.errors.append(str(error)))
        page.on("dialog", lambda dialog: (looked.errors.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda said: looked.errors.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: looked.requests.append(asked.url))
        page.goto(file.as_uri())
        page.wait_for_function(DRAWN)
        looked.requests.remove(file.as_uri())
        yield looked
    finally:
        place.close()
