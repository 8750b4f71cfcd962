"""The words about scenarios, typed right and wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.conftest import Finished


@pytest.fixture
def own(cli: Cli, work: Path) -> Path:
    """Parameters of a new office whose special fund is entered."""
    assert cli("new", "north").code == 0
    return work / "north" / "params"


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_new_then_list_show_and_check(cli: Cli, own: Path) -> None:
    said = cli("scenarios", "new", "加岗", "--from", "基准方案", "--set", "posts.township_cleaner.slots=9", "--set",
               "settings.margin=0.1", "--title", "加岗位 / more posts", "--office", "north")  # fmt: skip
    assert said.code == 0, said.err
    assert said.out.splitlines()[-1] == "Next: python3 workbench.py plan --office north 加岗"
    listed = cli("scenarios", "list", "--office", "north").out.splitlines()
    at = listed.index("✓ 加岗 ← base  more posts")
    assert listed[at + 1].strip() == "posts.township_cleaner.slots  → 9, settings.margin 0.0 → 0.1 · not planned yet"
    shown = cli("scenarios", "show", "more posts", "--set", "settings.draws=60", "--office", "north").out
    assert "    0.1  加岗 (加岗.yaml:7)" in shown
    assert "    60  command line" in shown
    assert "settings.seed" not in shown
    assert "settings.seed " in cli("scenarios", "show", "加岗", "--all", "--office", "north").out
    assert cli("scenarios", "check", "加岗", "--office", "north").out.splitlines()[0] == "✓ 加岗"
    assert "加岗位" in cli("scenarios", "list", "--office", "north", lang="zh").out


def test_check_says_everything_wrong_at_once(cli: Cli, own: Path) -> None:
    (own / "scenarios" / "a.yaml").write_text("name: a\ntitle: {zh: 甲, en: a}\nsettings: {margni: 0.1, draws: many}\n")
    (own / "scenarios" / "b.yaml").write_text("name: c\ntitle: {zh: 乙}\nparnet: base\n")
    said = cli("scenarios", "check", "all", "--office", "north")
    assert said.code == 1
    assert said.err.splitlines()[0].startswith("✗ a.yaml:3 settings.margni: margni is no known setting")
    for part in ("did you mean margin?", "a.yaml:3 settings.draws: many is no whole number", "b.yaml:2: en is missing",
                 "b.yaml:3: parnet is no known key", "did you mean parent?"):  # fmt: skip
        assert part in said.err, part
    assert "✓ base" in said.out
    assert cli("scenarios", "list", "--office", "north").code == 1
    # files below that are wrong are named together with what is wrong with the scenarios' own form
    (own / "funds.yaml").write_text((own / "funds.yaml").read_text().replace("key: special", "kye: special"))
    said = cli("scenarios", "check", "--office", "north")
    assert said.code == 2
    assert "kye is no known key" in said.err
    assert "parnet is no known key" in said.err


WRONG = [
    "new base", "new ../x", "new /tmp/x", "new con", "new x --from bsae", "new x --set nothing",
    "new x --set funds.special.amuont_yuan=3", "new x --set settings.margin=nan", f"new x --title {'t' * 400}",
    "show bsae", "check bsae x/y", "show ../../secret",
]  # fmt: skip


@pytest.mark.parametrize("words", WRONG)
def test_what_is_typed_wrong_is_refused_in_words(cli: Cli, own: Path, work: Path, words: str) -> None:
    before = files_in(work)
    said = cli("scenarios", *words.split(), "--office", "north")
    assert said.code == 2
    assert said.err.startswith("✗ ")
    assert files_in(work) == before


def test_list_knows_what_was_planned(cli: Cli, work: Path, finished: Finished) -> None:
    shutil.copytree(finished.work, work)
    run = finished.folder.name
    listed = cli("scenarios", "list").out
    assert f"planned: run {run}" in listed.splitlines()[1]
    assert listed.count("not planned yet") == listed.count("✓") - 1
    funds = work / "sample" / "params" / "funds.yaml"
    funds.write_text(funds.read_text("utf-8").replace("amount_yuan: 320000", "amount_yuan: 320001"), "utf-8")
    assert f"planned with other values: run {run}" in cli("scenarios", "list").out.splitlines()[1]
