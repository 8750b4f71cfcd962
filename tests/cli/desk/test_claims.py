"""The words about claims: an office begins its own file, is told every fault of it, and reads the verdicts."""

from __future__ import annotations

from pathlib import Path

import pytest

from povlib.ledger import read_state
from povlib.params import claimable_figures
from povlib.runs.office.office_place import open_book, sample_office
from tests.cli.conftest import Cli

OWN = """document: bulletin
title: {zh: 本乡简报, en: our bulletin}
claims:
  - id: "1"
    quote: 在册的有这些户
    stated: [{number: HOUSEHOLDS, unit: 户}]
    kind: 在册贫困人口
    month: 2016-02
  - id: "2"
    quote: 完工一万间
    stated: [{number: 10000, unit: houses}]
    kind: house works finished
    place: [联胜]
"""


def test_a_new_office_has_no_claims_until_it_enters_some(cli: Cli, work: Path) -> None:
    cli("new", "north")
    assert "no paper shows any" in cli("claims", "check", "--office", "north").out
    assert cli("claims", "new", "--office", "north").code == 0
    written = (work / "north" / "params" / "claims.yaml").read_text(encoding="utf-8")
    for figure in claimable_figures().figures.values():
        assert f"{figure.key}  {figure.names.zh} · {figure.names.en}" in written
    begun = cli("claims", "check", "--office", "north", lang="zh")
    assert (begun.code, "还没有录入所述" in begun.out) == (0, True)
    again = cli("claims", "new", "--office", "north")
    assert again.code == 2
    assert "nothing was changed" in again.err


def test_the_example_of_the_file_holds_once_its_marks_are_taken_away(cli: Cli, work: Path) -> None:
    cli("new", "north")
    cli("claims", "new", "--office", "north")
    path = work / "north" / "params" / "claims.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    begins = lines.index("# document: bulletin")
    ends = next(number for number in range(begins, len(lines)) if lines[number] == "#")
    example = [line.removeprefix("# ") for line in lines[begins:ends]]
    path.write_text("\n".join(example), encoding="utf-8")
    said = cli("claims", "check", "--office", "north")
    assert (said.code, "3 claims, all well formed" in said.out) == (0, True), said.err
    path.write_text("\n".join(example).replace("[联胜]", "[联盛]"), encoding="utf-8")
    said = cli("claims", "check", "--office", "north")
    assert said.code == 2
    assert "there is no village 联盛" in said.err
    assert "建南, 秀山, 联胜" in said.err


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("在册贫困人口", "在册贫困人囗", "did you mean 在册贫困人口?"),
        ("unit: 户", "unit: 间", "registered poor people is not counted in 间"),
        ("unit: 户", "unti: 户", "unti is no known key"),
        ("stated: [{number: 10000, unit: houses}]", "also: []", "a claim of house works finished states a number"),
        ('"2"', '"two"', "3 or 3-fair"),
        ("month: 2016-02", "month: 2016-13", "2016-13 is no month"),
        ("kind: 在册贫困人口", "kind: 所列各村中最少的村财收入", "is not counted in 户"),
    ],
)
def test_faults_name_file_line_and_what_is_allowed(cli: Cli, work: Path, old: str, new: str, said: str) -> None:
    cli("new", "north")
    path = work / "north" / "params" / "claims.yaml"
    path.write_text(OWN.replace("HOUSEHOLDS", "3").replace(old, new), encoding="utf-8")
    found = cli("claims", "check", "--office", "north")
    assert found.code == 2
    assert said in found.err
    assert "claims.yaml:" in found.err
    # what holds up the claims holds up the check of all parameters
    assert cli("params", "check", "--office", "north").code == 2


def test_own_claims_are_judged_by_the_ledger(cli: Cli, loaded: Path) -> None:
    shipped = cli("claims", "check")
    assert (shipped.code, "SYNTHETIC" in shipped.out) == (0, True)
    with open_book(sample_office(), create=False) as book:
        poor = len(read_state(book).poor)
    (loaded / "params" / "claims.yaml").write_text(OWN.replace("HOUSEHOLDS", str(poor)), encoding="utf-8")
    said = cli("claims", "check").out
    assert "SYNTHETIC" not in said
    assert "✓ 1  在册的有这些户  (agrees)" in said
    assert f"stated {poor} households, counted {poor} households" in said.replace(" household,", " households,")
    assert "✗ 2  完工一万间  (differs)" in said
    assert "place is not looked at" in said
