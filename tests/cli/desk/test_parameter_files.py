"""The words about parameters."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Cli


def test_explain_check_and_schema_of_a_new_office(cli: Cli, work: Path) -> None:
    assert cli("new", "north").code == 0
    said = cli("params", "explain", "funds.special.amount_yuan", "--office", "north")
    assert said.code == 0
    assert "value: (empty)" in said.out
    assert "params" not in said.err
    assert said.out.splitlines()[-1].startswith(
        "Next: python3 workbench.py scenarios new --office north NAME --set funds."
    )
    chinese = cli("params", "explain", "立春养牛专业合作社", "--office", "north", lang="zh").out
    assert "coops.cattle" in chinese
    assert "无需新开就有的名额" in chinese
    empty = cli("params", "explain", "未填", "--office", "north").out
    assert "funds.special.amount_yuan  (funds.yaml:" in empty
    assert "nothing is paid from it" in empty
    assert "values are assumed" in cli("params", "explain", "assumed", "--office", "north").out
    assert cli("params", "schema", "--office", "north").code == 0
    assert (work / "north" / "params" / ".schema" / "funds.json").is_file()
    checked = cli("params", "check", "--office", "north")
    assert checked.code == 0, checked.err
    assert "scenarios are sound" in checked.out


def test_unknown_keys_are_refused_together(cli: Cli, work: Path) -> None:
    cli("new", "north")
    said = cli("params", "explain", "margni", "funds.speciall.amount_yuan", "--office", "north")
    assert said.code == 2
    assert "did you mean margin?" in said.err
    assert "did you mean special?" in said.err


def test_check_names_every_fault_of_all_files(cli: Cli, work: Path) -> None:
    cli("new", "north")
    own = work / "north" / "params"
    for name, old, new in (("funds", "key: special", "kye: special"), ("posts", "pool: village_cleaners", "pol: x")):
        path = own / f"{name}.yaml"
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    said = cli("params", "check", "--office", "north")
    assert said.code == 2
    assert "kye is no known key" in said.err
    assert "pol is no known key" in said.err
