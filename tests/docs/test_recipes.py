"""The recipes of CONTRIBUTING.md, followed to the letter on a scratch copy of the tree."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parents[2]
RECIPES = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


class ScratchTree:
    """A copy of what a contributor would edit, and a Python that sees it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("povlib", "params", "data", "notebooks"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        self.touched: set[str] = set()

    def write(self, name: str, content: str) -> None:
        """Add a file."""
        assert not (self.folder / name).exists()
        (self.folder / name).write_text(content, encoding="utf-8")
        self.touched.add(name)

    def insert(self, name: str, after: str, line: str) -> None:
        """Insert text behind the one place that `after` matches."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        (place,) = re.finditer(after, text, re.MULTILINE)
        path.write_text(text[: place.end()] + line + text[place.end() :], encoding="utf-8")
        self.touched.add(name)

    def run(self, *words: str, **environment: str) -> str:
        """Run Python on the scratch tree; return what it said."""
        clean = {**os.environ, "PYTHONPATH": str(self.folder), "POVLIB_LANG": "en", **environment}
        done = subprocess.run(
            [sys.executable, *words], cwd=self.folder, env=clean, capture_output=True, text=True, encoding="utf-8"
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout


@pytest.fixture
def scratch(tmp_path: Path) -> ScratchTree:
    """A fresh scratch copy."""
    return ScratchTree(tmp_path)


def test_every_recipe_says_how_many_files_it_touches() -> None:
    section = RECIPES[RECIPES.index("## Recipes") : RECIPES.index("## Tests")]
    assert len(re.findall(r"^\*\*[^*]+\(\d( modules)?\)\.\*\*", section, re.MULTILINE)) == 10


def test_a_question_of_the_form(scratch: ScratchTree) -> None:
    line = "\n      toilet: {header: 卫生厕所, kind: yesno, destination: answers}"
    scratch.insert("povlib/intake/form.yaml", r"^      remark: .*$", line)
    shutil.copytree(ROOT / "tests" / "intake", scratch.folder / "tests" / "intake")
    shutil.copytree(ROOT / "tests" / "defects", scratch.folder / "tests" / "defects")
    for name in ("tests/conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, scratch.folder / name)
    found = "tests/intake/records/test_destinations.py"
    scratch.insert(found, r'"group", "pension_insurance"[^}]*"route",', ' "toilet",')
    said = scratch.run("-m", "pytest", "-q", "-p", "no:cacheprovider", found)
    assert "passed" in said
    assert "failed" not in said
    # workbooks that were sent out before the question was added are still read, and the practice township writes it
    shipped = "data/sample/workbooks"
    (workbook, *_) = sorted((scratch.folder / shipped).glob("*.xlsx"))
    verdict = scratch.run("-m", "povlib.cli", "intake", "check", str(workbook))
    assert "卫生厕所" in verdict
    assert "refused" not in verdict.lower()
    made = "from povlib import sample; print(sample.sheets(sample.simulate(60, seed=3))['household'].columns.tolist())"
    assert "toilet" in scratch.run("-c", made)
    assert "卫生厕所" in scratch.run("-c", "from povlib.intake.form import form; print(form())")
    assert len(scratch.touched) == 2


def test_a_question_without_a_destination_does_not_load(scratch: ScratchTree) -> None:
    scratch.insert("povlib/intake/form.yaml", r"^      remark: .*$", "\n      toilet: {header: 卫生厕所, kind: yesno}")
    with pytest.raises(AssertionError, match="toilet"):
        scratch.run("-c", "from povlib.intake.form import form; form()")


MEASURE = """
  - key: wind_turbine
    names: {zh: 小型风机, en: small wind turbine}
    kind: industry
    eligibility: []
    cost: {basis: fixed, amount_yuan: 8000}
    payers: [{fund: special, ceiling_yuan: 8000}]
    uses: []
    closes: []
    earns: [{source: property, basis: yuan_per_month, mean: 100, sd: 60, delay_months: 2, prior_source: assumed}]
    periods: {from: "2016-06", to: "2016-09"}
"""


def test_a_measure(scratch: ScratchTree) -> None:
    entry = "\n  - {key: wind_turbine, label: 小型风机, en: small wind turbine, synonyms: [风力发电]}"
    scratch.insert("data/tables/measure.yaml", r"^codes:$", entry)
    scratch.insert("data/sample/params/support.yaml", r"^records:$", MEASURE)
    code = (
        "from pathlib import Path; from povlib import params\n"
        "c = params.load(Path('data/sample/params')); print(c.measures['wind_turbine'].names.en)\n"
        "print(params.table('measure').label('风力发电'))"
    )
    assert scratch.run("-c", code).split("\n")[:2] == ["small wind turbine", "小型风机"]
    assert len(scratch.touched) == 2  # and the same key, amounts empty, in params/support.yaml


def test_a_kind_of_measure(scratch: ScratchTree) -> None:
    entry = "\n  - {label: 风电, en: wind power, key: wind, roles: [counts_as_industry]}"
    scratch.insert("data/tables/measure_kind.yaml", r"^codes:$", entry)
    assert len(scratch.touched) == 1
    entry = "\n  - {key: wind_turbine, label: 小型风机, en: small wind turbine}"
    scratch.insert("data/tables/measure.yaml", r"^codes:$", entry)
    scratch.insert("data/sample/params/support.yaml", r"^records:$", MEASURE.replace("industry\n", "wind\n", 1))
    code = "from pathlib import Path; from povlib import params; c = params.load(Path('data/sample/params'))"
    code += "; print(c.measures['wind_turbine'].kind)"
    assert scratch.run("-c", code).strip() == "wind"


def test_an_authority_of_lines(scratch: ScratchTree) -> None:
    record = (
        "\n  - {authority: county, names: {zh: 县定标准, en: county line}, year: 2016, line_yuan: 3300, source: notice,"
        ' in_force: "2016"}'
    )
    scratch.insert("params/lines.yaml", r"^records:$", record)
    code = (
        "from povlib import params, places; from povlib.calendar import Month; c = params.load(places.PARAMS)\n"
        "print(c.line_fen('county', Month(2016, 12)), *(c.authority_names(lang)['county'] for lang in ('en', 'zh')))"
    )
    assert scratch.run("-c", code).split() == ["330000", "county", "line", "县定标准"]
    assert len(scratch.touched) == 1


AIM = """
    Aim(
        "children",
        "child",
        "chance",
        lambda members: np.maximum(members - 2.0, 0.0),
        units="children",
        points="1,000 points are one child expected to exit.",
        first_step="Begin with members beyond two, times the chance of exit, times 1,000.",
    ),"""


def test_an_aim_of_the_plan(scratch: ScratchTree) -> None:
    where = "povlib/params/objectives.py"
    scratch.insert(where, r"^_DECLARED = \($", AIM)
    weight = '    children: Number = Field(default=0.0, ge=0, description="weight of expected children who exit")\n'
    scratch.insert(where, r"^    fgt2: Number = Field.*\n", weight)
    code = (
        "import numpy as np; from povlib.params.objectives import Objective, worth_by_aim\n"
        "made = worth_by_aim(np.array([5.0]), np.array([0.5]), np.array([0.1]))\n"
        "print(made['children'][0], Objective(persons=0, children=1).children)"
    )
    assert scratch.run("-c", code).split() == ["1.5", "1.0"]
    assert len(scratch.touched) == 1  # and params.po for the Chinese


CHART = '''"""A chart of one number a village."""

from __future__ import annotations

import pandas as pd

from povlib.report.figures.style import INK, finished_figure, open_drawing
from povlib.report.model.paper import FigureBlock


def village_dots(frame: pd.DataFrame) -> FigureBlock:
    """Draw one dot a village: columns ``village``, ``value``."""
    with open_drawing(3.0) as (figure, axes):
        axes.plot(frame["value"], range(len(frame)), "o", color=INK)
        axes.set_yticks(range(len(frame)), frame["village"])
        return finished_figure(figure, "figure_dots", "One dot a village", "A dot for each of the villages.")
'''


def test_a_chart(scratch: ScratchTree) -> None:
    scratch.write("povlib/report/figures/dots.py", CHART)
    code = (
        "import pandas as pd; from povlib.report.figures.dots import village_dots\n"
        "block = village_dots(pd.DataFrame({'village': ['联胜', '农家'], 'value': [1, 2]}))\n"
        "print(block.png[:4])"
    )
    assert "PNG" in scratch.run("-c", code)


WORD = '''

def hamlets(options: argparse.Namespace) -> int:
    """Print the hamlets of the office."""
    from povlib import params

    print("\\n".join(params.load(chosen_place(options).office.params).villages))
    return 0

'''


def test_a_word_of_the_command_line(scratch: ScratchTree) -> None:
    where = "povlib/cli/exit_procedure.py"
    scratch.insert(where, r"^from povlib.words import text\n", WORD)
    scratch.insert(where, r"^WORDS.*= \($", '\n    Word("hamlets", "the hamlets of the office", hamlets, ()),')
    assert "the hamlets of the office" in scratch.run("-m", "povlib.cli", "--help")
    assert len(scratch.touched) == 1  # and its test
