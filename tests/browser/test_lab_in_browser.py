"""A planner opens 06_allocation in a real browser, runs all cells and sees the four big numbers."""

from __future__ import annotations

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

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")

OPEN = """async name => {
  const app = window.jupyterapp;
  await app.restored;
  const panel = await app.commands.execute('docmanager:open', {path: name});
  panel.content.notebookConfig = {...panel.content.notebookConfig, windowingMode: 'none'};
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
  window.povlibPanel = panel;
}"""
RUN_ALL = """async () => {
  const panel = window.povlibPanel;
  window.jupyterapp.shell.activateById(panel.id);
  await window.jupyterapp.commands.execute('notebook:run-all-cells');
}"""
FINISHED = """() => {
  const code = window.povlibPanel.content.widgets.filter(cell => cell.model.type === 'code');
  return code.every(cell => cell.model.executionCount !== null);
}"""
ERRORS = """() => window.povlibPanel.content.widgets
  .filter(cell => cell.model.type === 'code')
  .flatMap(cell => cell.model.outputs.toJSON())
  .filter(output => output.output_type === 'error')
  .map(output => output.evalue)"""


@pytest.fixture(scope="module")
def chromium() -> str:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium on this computer")
    return found


@pytest.fixture(scope="module")
def address(finished: Any) -> Iterator[str]:
    command = [sys.executable, "-m", "povlib.cli", "lab", "--no-browser", "--port", str(free_port(29000))]
    environment = {**os.environ, "POVLIB_WORK": str(finished.work)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, encoding="utf-8") as server:
        try:
            assert server.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:\d+/lab\?token=[\w-]+", server.stdout.readline())
            assert found
            yield found[0]
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def test_a_planner_runs_the_allocation_notebook_and_sees_the_four_big_numbers(
    chromium: str, address: str, finished: Any
) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    figures = runs.headline_figures(runs.find_run("latest", runs.find_office("sample")))
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1400, "height": 3000})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        page.wait_for_function("() => window.jupyterapp !== undefined", timeout=60_000)
        page.evaluate(OPEN, "06_allocation.ipynb")
        page.evaluate(RUN_ALL)
        page.wait_for_function(FINISHED, timeout=90_000)
        assert page.evaluate(ERRORS) == []
        shown = re.sub(r"\s+", "", page.locator(".jp-NotebookPanel").inner_text())
        browser.close()
    assert f"{figures['additional']:.1f}" in shown
    assert f"{figures['expected']:.1f}" in shown
    assert f"{figures['money_fen'] / 1_000_000:.2f}万元" in shown
    assert "最贫困五分之一" in shown
    elsewhere = [url for url in asked if not url.startswith(("http://127.0.0.1", "data:", "blob:"))]
    assert elsewhere == []
