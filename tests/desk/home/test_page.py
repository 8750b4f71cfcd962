"""The home page: every part in both languages, faults in words, plain HTML where nobody sits before it."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest

from povlib import ledger, runs
from povlib.desk.home import open_home
from povlib.desk.home.buttons import JobPanel
from povlib.desk.home.front_end import SESSION, is_live
from povlib.desk.home.paper_links import papers_list
from povlib.runs.routine.recent_runs import recent_runs

PARTS = ("ledger", "due", "inbox", "record", "runs", "scenarios")


@pytest.fixture
def office(finished: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("POVLIB_WORK", str(finished.work))
    monkeypatch.delenv("POVLIB_OFFICE", raising=False)
    monkeypatch.delenv(SESSION, raising=False)
    return finished


def _words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<style.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_part_is_there(office: Any, lang: str) -> None:
    home = open_home(lang)
    said = {key: _words(home.made(key).html) for key in PARTS}
    with runs.open_book(home.page.place) as book:
        state = ledger.read_state(book, book.data_head())
        batches = book.head().batch
    for number in (len(state.households), len(state.poor), batches):
        assert f"{number:,}" in said["ledger"]
    assert "workbench.py voice post" in said["due"]
    assert str(len(list((office.office / "inbox").glob("*.xlsx")))) in said["inbox"]
    other = r"[A-Za-z]{3,} [A-Za-z]{3,} [A-Za-z]{3,}" if lang == "zh" else "[一-鿿]{4,}"
    shown = " ".join(said[key] for key in ("ledger", "inbox", "record"))
    assert not re.search(other, re.sub(r"\S+\.xlsx", "", shown))


def test_the_four_numbers_are_those_of_the_run(office: Any) -> None:
    place = runs.find_office("sample")
    (one,) = recent_runs(place)
    figures = runs.headline_figures(runs.find_run("latest", place))
    assert one.figures == pytest.approx(
        {
            "headline.additional": figures["additional"],
            "headline.expected": figures["expected"],
            "headline.money": figures["money_fen"],
            "headline.poorest.money": figures["poorest_money_share"],
        }
    )
    assert one.gap == figures["gap"]
    assert [path.name for path in one.papers] == sorted(
        path.name for path in runs.paper_files(runs.find_run("latest", place), "zh")
    )


def test_without_a_reader_there_are_commands_in_place_of_buttons(office: Any) -> None:
    home = open_home("en")
    assert not home.live
    for command in ("run", "load", "plan base", "monthly", "report latest"):
        assert f"python3 workbench.py {command}" in home.buttons.html
    assert "widget" not in home.buttons.html
    assert str(office.office / "papers") in home.made("runs").html


def test_papers_appear_beside_the_notebooks_and_follow_what_is_written(office: Any) -> None:
    place = runs.find_office("sample")
    (one,) = recent_runs(place)
    shown = papers_list([one], place.office, live=True)
    for path in one.papers:
        beside = place.office.folder / "notebooks" / "papers" / path.parent.name / path.name
        assert beside.read_bytes() == path.read_bytes()
        assert f"papers/{path.parent.name}/{path.name}" in shown
    changed = one.papers[0]
    before = changed.read_bytes()
    try:
        changed.unlink()
        changed.write_bytes(b"newer")
        papers_list([one], place.office, live=True)
        assert (
            place.office.folder / "notebooks" / "papers" / changed.parent.name / changed.name
        ).read_bytes() == b"newer"
    finally:
        changed.write_bytes(before)


def test_a_server_makes_it_live(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SESSION, raising=False)
    assert not is_live()
    monkeypatch.setenv(SESSION, "00_start.ipynb")
    assert is_live()


def test_faults_are_said_in_the_part_that_has_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path / "work"))
    monkeypatch.setenv("POVLIB_OFFICE", "north")
    place = runs.new_office("north")
    funds = place.office.params / "funds.yaml"
    funds.write_text(funds.read_text(encoding="utf-8") + "\nnonsense: [\n", encoding="utf-8")
    home = open_home("en")
    said = {key: home.made(key).words for key in PARTS}
    assert "✗" in said["due"]
    assert "funds.yaml" in said["due"]
    assert "The ledger is empty" in said["ledger"]
    assert "The inbox is empty" in said["inbox"]
    assert not any("Traceback" in words for words in said.values())


def test_an_identity_number_in_a_files_name_is_masked(office: Any) -> None:
    number = "11010519491231002X"
    path = office.office / "inbox" / f"{number}.xlsx"
    path.write_bytes(b"no workbook")
    try:
        shown = open_home("en").made("inbox").html
    finally:
        path.unlink()
    assert number not in shown
    assert "would be refused" in shown


def test_a_button_starts_its_command_once(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ipywidgets")
    ended: list[int] = []
    panel = JobPanel(runs.find_office("sample"), "en", lambda: ended.append(1))
    panel.press(("runs", "compare", "one"))
    assert "Choose two runs" in panel.note.value
    panel.press(("ledger", "head"))
    panel.press(("ledger", "head"))
    assert "a job is at work already" in panel.note.value
    deadline = time.monotonic() + 120
    while not ended and time.monotonic() < deadline:
        time.sleep(0.1)
    assert ended == [1]
    assert "$ python3 workbench.py ledger head" in panel.command.value
    assert panel.stage.value == "Done."
    with runs.open_book(runs.find_office("sample")) as book:
        assert str(book.head()) in panel.answer.value
    assert not any(button.disabled for button in panel.buttons)
