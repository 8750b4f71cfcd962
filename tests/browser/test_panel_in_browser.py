"""A planner moves a slider of 06 in a real browser: numbers change and are those of the command line's own run."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from povlib import runs
from povlib.cli.lab import free_port
from povlib.places import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1500)]
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
OPEN = """async name => {
  const app = window.jupyterapp;
  await app.restored;
  const panel = await app.commands.execute('docmanager:open', {path: name});
  panel.content.notebookConfig = {...panel.content.notebookConfig, windowingMode: 'none'};
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
  window.jupyterapp.shell.activateById(panel.id);
  await app.commands.execute('notebook:run-all-cells');
}"""
# a plan of scarce money is searched for up to a minute, and this computer may be busy
LONG_MS = 600_000


@pytest.fixture(scope="module")
def page(finished: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    chromium = next((path for name in NAMES if (path := shutil.which(name))), None)
    if chromium is None:
        pytest.skip("no Chromium on this computer")
    sync_api = pytest.importorskip("playwright.sync_api")
    # an office of its own: what is saved and planned here is nobody else's
    work = tmp_path_factory.mktemp("panel") / "work"
    shutil.copytree(finished.work, work)
    command = [sys.executable, "-m", "povlib.cli", "lab", "--panel", "--no-browser", "--port", str(free_port(29300))]
    environment = {**os.environ, "POVLIB_WORK": str(work), "POVLIB_LANG": "zh"}
    with (
        pytest.MonkeyPatch.context() as patch,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, encoding="utf-8") as server,
    ):
        patch.setenv("POVLIB_WORK", str(work))
        try:
            assert server.stdout is not None
            found = re.search(
                r"http://127\.0\.0\.1:\d+/doc/tree/10_panel\.ipynb\?token=[\w-]+", server.stdout.readline()
            )
            assert found
            with sync_api.sync_playwright() as play:
                browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
                shown = browser.new_page(viewport={"width": 1280, "height": 1400})
                shown.goto(found[0])
                shown.wait_for_function("() => window.jupyterapp !== undefined", timeout=120_000)
                yield shown
                browser.close()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def _final(page: Any, but: str = "") -> str:
    """Wait for a final answer other than `but`; return the id of its run."""
    page.wait_for_function(
        "but => { const live = document.querySelector('.povlib-live.final');"
        " return live && live.dataset.run !== but; }",
        arg=but,
        timeout=LONG_MS,
    )
    return str(page.locator(".povlib-live").get_attribute("data-run"))


def _big_numbers(page: Any) -> list[str]:
    return [str(text) for text in page.locator(".povlib-live .value").all_inner_texts()]


def test_a_slider_moves_the_numbers_to_those_of_a_fresh_run_and_a_refusal_moves_the_plan(page: Any) -> None:
    office = runs.find_office("sample")
    page.evaluate(OPEN, "06_allocation.ipynb")
    page.wait_for_selector(".povlib-live", timeout=LONG_MS)
    begun = _final(page)
    assert begun == runs.find_run("latest", office).info.run_id
    before = _big_numbers(page)
    page.locator(".povlib-slider .noUi-handle").first.focus()
    page.keyboard.press("ArrowRight")
    moved = _final(page, begun)
    assert _big_numbers(page) != before
    assert page.locator(".povlib-live td.moved").count() > 0

    # the command that stands below the numbers makes this very run
    command = page.locator(".povlib-actions code").inner_text()
    key, value = re.findall(r"--set (\S+)=(\d+)", command)[0]
    fresh = runs.begin(office, "base", {key: value})
    assert fresh.info.run_id == moved
    figures = runs.headline_figures(fresh)
    shown = _big_numbers(page)
    assert shown[0] == f"{figures['additional']:.1f}人"
    assert shown[1] == f"{figures['expected']:.1f}人"
    assert shown[2] == f"{figures['money_fen'] / 1_000_000:.2f}万元"

    # kept as a scenario, which the command line plans
    name, question = page.locator(".povlib-actions input").all()
    name.fill("browser_try")
    question.fill("多给一点会怎样")
    page.locator(".povlib-actions button").first.click()
    page.wait_for_function(
        "() => (document.querySelector('.povlib-said')?.innerText || '').includes('browser_try')", timeout=60_000
    )
    saved = runs.begin(office, "browser_try")
    assert saved.catalogue.value_at(key) == int(value)
    assert saved.problem.digest == fresh.problem.digest

    # a household is refused, and the plan follows
    household = page.locator(".one.changed tbody td").first.inner_text()
    field = page.locator(".povlib-household input").first
    field.fill(household)
    field.press("Enter")
    page.wait_for_function("() => !document.querySelectorAll('.povlib-household button')[1].disabled", timeout=60_000)
    page.locator(".povlib-household button").nth(1).click()
    page.wait_for_selector("[data-pin=final]", timeout=LONG_MS)
    refused = _final(page, moved)
    pinned = runs.begin(office, "base", {key: value}, pins={household: "refused"})
    assert pinned.info.run_id == refused
    assert _big_numbers(page)[0] == f"{runs.headline_figures(pinned)['additional']:.1f}人"


def _press(page: Any, button: str, command: str) -> None:
    """Press a button of the home page and wait until its job is done."""
    page.locator("button", has_text=re.compile(rf"^\s*{button}\s*$")).click()
    page.locator("code", has_text=command).wait_for(timeout=60_000)
    page.get_by_text("已完成。").wait_for(timeout=LONG_MS)


def test_the_saved_scenario_is_planned_and_compared_by_buttons(page: Any) -> None:
    office = runs.find_office("sample")
    page.evaluate(OPEN, "00_start.ipynb")
    scenario = page.locator("select", has=page.locator("option[value=browser_try]")).first
    scenario.wait_for(timeout=LONG_MS)
    scenario.select_option("browser_try")
    _press(page, "规划", "plan browser_try")
    planned = runs.find_run("latest", office)
    assert planned.info.scenario == "browser_try"
    begun = next(one.run for one in runs.recent_runs(office) if one.run != planned.info.run_id)
    made = page.locator("select[multiple]").first
    labels = made.locator("option").all_inner_texts()
    chosen = [next(label for label in labels if label.startswith(run)) for run in (begun, planned.info.run_id)]
    made.select_option(label=chosen)
    # the list begins with the newest: that is the order in which they are compared
    _press(page, "对比运行", f"runs compare {planned.info.run_id} {begun}")
    answer = page.locator(".jp-OutputArea-output pre").last.inner_text()
    paper = next(planned.office.papers.rglob("*compar*.zh.html"))
    words = paper.read_text(encoding="utf-8")
    for run in (runs.find_run(begun, office), planned):
        assert f"{runs.headline_figures(run)['additional']:.1f}" in words
    assert paper.stem in answer


def test_the_page_of_its_own_reads_at_both_widths_and_asks_nothing_of_a_network(page: Any) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(OPEN, "10_panel.ipynb")
    page.wait_for_selector(".povlib-live", timeout=LONG_MS)
    for width in (1280, 1920):
        page.set_viewport_size({"width": width, "height": 1000})
        # nothing runs out of its column: what is wider than its place would be cut off
        wide = page.evaluate(
            "() => [...document.querySelectorAll('.povlib-live table, .povlib-live .big')]"
            ".filter(one => one.scrollWidth > one.parentElement.clientWidth + 2).map(one => one.className)"
        )
        assert json.dumps(wide) == "[]"
    assert [url for url in asked if not url.startswith(("http://127.0.0.1", "data:", "blob:"))] == []
