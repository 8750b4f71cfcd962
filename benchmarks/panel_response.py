"""The live panel in a real browser: seconds from the release of a slider to new numbers on the screen.

Opens the panel of a finished run in JupyterLab (the notebook 10_panel) with the distribution's Chromium, waits while
stops around are planned ahead, and moves one slider after another by the keyboard, back to the start in between. For
each move it notes when the numbers changed, whether they were final at once, and when they were. That final numbers
are those of a fresh run is for the tests to hold (tests/runs/live, tests/browser).

    POVLIB_WORK=... python benchmarks/panel_response.py [MOVES] [SECONDS OF PLANNING AHEAD]

Prints p50 and p95 of all moves, of those that were planned ahead and of the others, and the load of the machine.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from typing import Any

from povlib import runs
from povlib.cli.lab import free_port
from povlib.places import ROOT

_PATIENCE_S = 40.0
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
# observed in the page: the round trip of a driver is no part of what a planner waits for. A key that goes down moves
# the slider; numbers are new once they are those of another run
_WATCH = """() => {
  const name = live => live ? live.dataset.run || live.dataset.state : '';
  window.povlibNow = () => name(document.querySelector('.povlib-live'));
  window.povlibSeen = [];
  const note = () => {
    const live = document.querySelector('.povlib-live');
    if (live && name(live) !== window.povlibWas) window.povlibSeen.push([performance.now(), live.dataset.state]);
  };
  new MutationObserver(note).observe(document.querySelector('.povlib-panel'), {childList: true, subtree: true});
  document.addEventListener('keydown', () => { window.povlibReleased = performance.now(); }, true);
}"""
_SINCE = """() => {
  const seen = window.povlibSeen, final = seen.find(one => one[1] !== 'searching');
  const after = one => one ? one[0] - window.povlibReleased : null;
  return [after(seen[0]), seen[0] ? seen[0][1] : '', after(final)];
}"""
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


def measured_moves(page: Any, moves: int, wait_s: float) -> list[dict[str, Any]]:
    """Move sliders by one stop and note how long new numbers take."""
    page.wait_for_selector(".povlib-live", timeout=180_000)
    page.evaluate(_WATCH)
    print(f"planning ahead for {wait_s:.0f} s ...", flush=True)
    time.sleep(wait_s)
    handles = page.locator(".povlib-slider .noUi-handle")
    chance, told = random.Random(2016), []
    for number in range(moves):
        handle = handles.nth(number % handles.count() if number % 3 else chance.randrange(4))
        away, back = chance.choice([("ArrowRight", "ArrowLeft"), ("ArrowLeft", "ArrowRight")])
        told.append(_pressed(page, handle, away))
        _pressed(page, handle, back)  # to the start again, which is known: not counted
    return told


def _pressed(page: Any, handle: Any, key: str) -> dict[str, Any]:
    handle.focus()
    page.evaluate("() => { window.povlibSeen = []; window.povlibWas = window.povlibNow(); }")
    page.keyboard.press(key)
    limit = time.monotonic() + _PATIENCE_S
    while time.monotonic() < limit:
        first, state, final = page.evaluate(_SINCE)
        if final is not None:
            break
        time.sleep(0.02)
    late = 1000 * _PATIENCE_S  # counted as so long where it had not come by then
    return {"first_s": (first or late) / 1000, "state": state, "final_s": (final or late) / 1000}


def _quantiles(name: str, seconds: list[float]) -> None:
    if seconds:
        ordered = sorted(seconds)
        p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
        print(f"{name:<52} n {len(ordered):>3}  p50 {statistics.median(ordered):6.3f} s  p95 {p95:6.3f} s")


def main() -> None:
    moves = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    wait_s = float(sys.argv[2]) if len(sys.argv) > 2 else 240.0
    from playwright.sync_api import sync_playwright

    office = runs.find_office("sample")
    print("run", runs.find_run("latest", office).info.run_id)
    command = [sys.executable, "-m", "povlib.cli", "lab", "--panel", "--no-browser", "--port", str(free_port(29800))]
    with subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, encoding="utf-8") as server:
        try:
            assert server.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:\d+/\S+\?token=[\w-]+", server.stdout.readline())
            assert found is not None
            with sync_playwright() as play:
                browser = play.chromium.launch(
                    executable_path=next(path for name in _NAMES if (path := shutil.which(name))),
                    args=["--no-sandbox", "--disable-gpu"],
                )
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                page.goto(found[0])
                page.wait_for_function("() => window.jupyterapp !== undefined", timeout=120_000)
                page.evaluate(OPEN, "10_panel.ipynb")
                told = measured_moves(page, moves, wait_s)
                browser.close()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
    ahead = [one for one in told if one["state"] in ("final", "refused")]
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    print(f"{len(told)} moves, {len(ahead)} of them planned ahead; {load}")
    _quantiles("release to new numbers, every move", [one["first_s"] for one in told])
    _quantiles("release to final numbers, planned ahead", [one["final_s"] for one in ahead])
    _quantiles("release to a first plan with its bound, others", [o["first_s"] for o in told if o not in ahead])
    _quantiles("release to final numbers, others", [o["final_s"] for o in told if o not in ahead])


if __name__ == "__main__":
    main()
