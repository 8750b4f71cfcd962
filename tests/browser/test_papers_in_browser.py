"""Papers in a real browser, the network off: axe finds nothing serious, and nothing is cut at the width of a phone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from povlib import runs
from povlib.report.writers.html import render_html
from povlib.runs.paper_shape import PaperInput
from povlib.runs.papers import all_papers
from povlib.words import language_in_use

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
WIDTHS = (390, 1280)
FOUND = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(
  found => [found.impact, found.id, found.nodes.length, found.nodes[0].html.slice(0, 200)].join(' · '))"""
# wider than the window and not inside a box of its own that scrolls
CUT = """() => [...document.querySelectorAll('body *')].filter(
  one => !one.parentElement.closest('.table') && one.getBoundingClientRect().right > innerWidth + 1
).map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def axe() -> str:
    """The script of axe-core (MPL-2.0) that its package carries."""
    pytest.importorskip("axe_playwright_python", reason="axe-playwright-python, which carries axe-core, is missing")
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def offline() -> Iterator[Any]:
    """A browser without a network."""
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = next((path for name in NAMES if (path := shutil.which(name))), None)
    if chromium is None:
        pytest.skip("no Chromium on this computer")
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield browser.new_context(offline=True)
        browser.close()


def _seen(offline: Any, page: Path, axe: str) -> list[str]:
    """Return what is wrong with a page at each width: findings of axe, what is cut, what it asked of the network."""
    wrong = []
    for width in WIDTHS:
        opened = offline.new_page()
        opened.set_viewport_size({"width": width, "height": 900})
        asked: list[str] = []
        opened.on("request", lambda request, asked=asked: asked.append(request.url))
        opened.goto(page.as_uri())
        wrong += [f"{width}: asked for {url}" for url in asked if not url.startswith(("file:", "data:"))]
        wrong += [f"{width}: cut: {one}" for one in opened.evaluate(CUT)]
        opened.evaluate(axe)
        wrong += [f"{width}: {found}" for found in opened.evaluate(FOUND)]
        opened.close()
    return wrong


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_kind_of_paper_passes_axe_and_is_cut_nowhere(
    finished: Any, offline: Any, axe: str, tmp_path: Path, lang: str
) -> None:
    run = runs.find_run("latest", runs.sample_office())
    wrong: dict[str, list[str]] = {}
    with language_in_use(lang):
        given = PaperInput(run, lang)
        for paper in all_papers(run):
            if paper.report is None or "html" not in paper.formats:
                continue
            page = tmp_path / f"{paper.key}.html"
            page.write_text(render_html(paper.report(given)), encoding="utf-8")
            wrong[paper.key] = _seen(offline, page, axe)
    assert wrong
    # also what axe calls moderate: it was mended, and stays so
    assert {key: found for key, found in wrong.items() if found} == {}


def test_a_page_with_a_fault_is_found(offline: Any, axe: str, tmp_path: Path) -> None:
    page = tmp_path / "faulty.html"
    page.write_text(
        '<!DOCTYPE html><html><head><title>t</title></head><body><main><h1>a</h1><img src="data:,">'
        '<p style="width: 2000px">wide</p></main></body></html>',
        encoding="utf-8",
    )
    wrong = "\n".join(_seen(offline, page, axe))
    assert "390: cut: <p" in wrong
    assert "image-alt" in wrong
    assert "html-has-lang" in wrong
