"""A planner opens the lab at 00_start, presses the main job's button and finds the papers; nothing is said twice."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from povlib import runs
from povlib.cli.lab import free_port
from povlib.places import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1200)]
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
RUN_JOB = {"zh": "读收件箱、规划、写材料", "en": "Read the inbox, plan, write the papers"}
DONE = {"zh": "已完成。", "en": "Done."}

OPENED = """async () => {
  const app = window.jupyterapp;
  await app.restored;
  const panel = await app.commands.execute('docmanager:open', {path: '00_start.ipynb'});
  panel.content.notebookConfig = {...panel.content.notebookConfig, windowingMode: 'none'};
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
  app.shell.activateById(panel.id);
  await app.commands.execute('notebook:run-all-cells');
  return panel.context.path;
}"""
IDLE = """() => {
  const code = window.jupyterapp.shell.currentWidget.content.widgets.filter(cell => cell.model.type === 'code');
  return code.every(cell => cell.model.executionCount !== null);
}"""
BUSY = """() => [...document.querySelectorAll('button.widget-button')].some(button => button.disabled)"""
ERRORS = """() => window.jupyterapp.shell.currentWidget.content.widgets
  .filter(cell => cell.model.type === 'code')
  .flatMap(cell => cell.model.outputs.toJSON())
  .filter(output => output.output_type === 'error')
  .map(output => output.evalue)"""
FETCH = """async url => {
  const answer = await fetch(url);
  return [answer.status, answer.headers.get('content-type')];
}"""


@pytest.fixture(scope="module")
def page(finished: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The lab in a browser, opened where it opens by itself."""
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = next((path for name in NAMES if (path := shutil.which(name))), None)
    if chromium is None:
        pytest.skip("no Chromium on this computer")
    work = tmp_path_factory.mktemp("home") / "work"
    shutil.copytree(finished.work, work)
    # the run is made again by the button
    shutil.rmtree(work / "sample" / "runs")
    shutil.rmtree(work / "sample" / "papers")
    command = [sys.executable, "-m", "povlib.cli", "lab", "--no-browser", "--port", str(free_port(29300))]
    environment = {**os.environ, "POVLIB_WORK": str(work)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, encoding="utf-8") as server:
        try:
            assert server.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:\d+/lab\?token=[\w-]+", server.stdout.readline())
            assert found
            with sync_api.sync_playwright() as play:
                browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
                opened = browser.new_page(viewport={"width": 1280, "height": 1800})
                opened.goto(found[0])
                opened.wait_for_function("() => window.jupyterapp !== undefined", timeout=90_000)
                assert opened.evaluate(OPENED) == "00_start.ipynb"
                opened.wait_for_function(IDLE, timeout=90_000)
                opened.work = work
                yield opened
                browser.close()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def test_the_page_says_what_there_is(page: Any) -> None:
    assert page.evaluate(ERRORS) == []
    page.get_by_text("12 个文件：待读入 0 个，已在台账 12 个。").wait_for(timeout=60_000)
    shown = page.locator(".jp-NotebookPanel").inner_text()
    for heading in ("台账里有什么", "到期的事", "本单位承诺了什么", "最近的运行", "方案"):
        assert heading in shown
    assert "Traceback" not in shown


def test_nothing_is_cut_off_at_either_width(page: Any) -> None:
    wide = """() => [...document.querySelectorAll('.jp-OutputArea-output')]
      .filter(area => area.scrollWidth > area.clientWidth + 1).length"""
    for width in (1280, 1920):
        page.set_viewport_size({"width": width, "height": 1800})
        assert page.evaluate(wide) == 0


def test_the_main_job_runs_by_its_button_to_the_papers(page: Any) -> None:
    page.get_by_role("button", name=RUN_JOB["zh"]).click()
    page.get_by_text("$ python3 workbench.py run --scenario base").wait_for(timeout=30_000)
    page.wait_for_function(BUSY, timeout=30_000)
    page.get_by_text(DONE["zh"]).wait_for(timeout=900_000)
    page.wait_for_function(f"() => !({BUSY})()", timeout=60_000)
    assert page.evaluate(ERRORS) == []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POVLIB_WORK", str(page.work))
        run = runs.find_run("latest", runs.find_office("sample"))
        assert all(path.is_file() for path in runs.paper_files(run, "zh"))
        figures = runs.headline_figures(run)
    # the list of runs has followed, with the numbers of this very run
    row = page.locator("tr", has=page.locator("td", has_text=re.compile(f"^{run.info.run_id}$")))
    row.wait_for(timeout=60_000)
    assert f"{figures['additional']:.1f}" in row.inner_text()
    assert f"{figures['expected']:.1f}" in row.inner_text()
    links = page.evaluate("() => [...document.querySelectorAll('.povlib-papers a')].map(a => a.href)")
    assert len(links) == len(runs.paper_files(run, "zh"))
    answers = {Path(link.partition("?")[0]).suffix: page.evaluate(FETCH, link) for link in links}
    assert {status for status, _ in answers.values()} == {200}
    assert answers[".pdf"][1] == "application/pdf"


def test_a_page_opened_again_finds_what_was_done(page: Any) -> None:
    page.reload()
    page.wait_for_function("() => window.jupyterapp !== undefined", timeout=90_000)
    page.evaluate(OPENED)
    page.wait_for_function(IDLE, timeout=90_000)
    page.get_by_text("$ python3 workbench.py run --scenario base").wait_for(timeout=30_000)
    assert page.evaluate(ERRORS) == []
