"""A village survey reaches an office: read by column name, refused whole, kept with the run without names."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from povlib import poverty, runs
from povlib.errors import DataError
from povlib.places import DATA, Office
from povlib.runs.office.village_survey import read_survey, survey_digest, survey_file
from povlib.runs.stages.refusals import Refused
from povlib.words import language_in_use

SHIPPED = DATA / "sample" / "truth" / "survey.csv"


def _frame(**more: object) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "调查编号": ["2", "1"],
            "户编号": ["S01-0001", ""],
            "姓名": ["样某", "拟某"],
            "村名": ["乐北", "乐北"],
            "权重": ["7.5", "3"],
            "家庭人口": ["3", "4"],
            "人均纯收入（元）": ["3100.5", "-20"],
            "有病人": ["是", "否"],
            **more,
        }
    )


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(frame: pd.DataFrame, name: str = "a.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        frame.to_excel(path, index=False) if name.endswith("xlsx") else frame.to_csv(
            path, index=False, encoding=encoding
        )
        return path

    return write


@pytest.mark.parametrize(("name", "encoding"), [("a.csv", "utf-8-sig"), ("a.csv", "gb18030"), ("a.xlsx", "")])
def test_chinese_headers_and_office_encodings_are_read(written: Callable[..., Path], name: str, encoding: str) -> None:
    rows = read_survey(written(_frame(), name, encoding))
    assert rows["survey_id"].tolist() == ["1", "2"]
    assert rows["income_fen_per_head"].tolist() == [-2_000, 310_050]
    assert rows["ill_member"].tolist() == [0, 1]
    assert rows["hh"].tolist() == ["", "S01-0001"]


def test_names_never_enter(written: Callable[..., Path]) -> None:
    rows = read_survey(written(_frame()))
    assert "姓名" not in rows.columns
    assert not rows.astype("str").map(lambda cell: "某" in cell).any(axis=None)


def test_the_shipped_survey_is_read_whole() -> None:
    rows = read_survey(SHIPPED)
    assert len(rows) == 576
    assert rows["cluster"].nunique() == 48
    assert survey_digest(rows) == survey_digest(read_survey(SHIPPED))


def test_every_missing_column_is_named_at_once(written: Callable[..., Path]) -> None:
    with pytest.raises(DataError) as caught:
        read_survey(written(_frame().drop(columns=["权重", "人均纯收入（元）"])))
    assert len(caught.value.faults) == 2
    for name in ("weight", "权重", "income_yuan_per_head", "人均纯收入"):
        assert name in str(caught.value)


@pytest.mark.parametrize(
    ("column", "values", "words"),
    [
        ("调查编号", ["1", "1"], "stands twice in 1 rows: 3"),
        ("村名", ["", "乐北"], "village is empty in 1 rows: 2"),
        ("权重", ["0", "-1"], "weight is no number above 0 in 2 rows: 2, 3"),
        ("权重", ["3", "inf"], "weight is no number above 0"),
        ("家庭人口", ["2.5", "0"], "size is no whole number from 1 in 2 rows"),
        ("人均纯收入（元）", ["", "many"], "income is no number in 2 rows"),
        ("有病人", ["是", "也许"], "ill_member is neither 1 nor 0 in 1 rows: 3"),
    ],
)
def test_rows_that_cannot_be_used_are_refused(
    written: Callable[..., Path], column: str, values: list[str], words: str
) -> None:
    with pytest.raises(DataError) as caught:
        read_survey(written(_frame(**{column: values})))
    assert words in str(caught.value)
    assert "某" not in str(caught.value)


def test_a_damaged_or_empty_file_is_refused(tmp_path: Path, written: Callable[..., Path]) -> None:
    (tmp_path / "b.xlsx").write_bytes(b"PK nothing")
    with pytest.raises(DataError, match="cannot be read"):
        read_survey(tmp_path / "b.xlsx")
    (tmp_path / "c.csv").write_bytes(b"")
    with pytest.raises(DataError, match="cannot be read"):
        read_survey(tmp_path / "c.csv")
    with pytest.raises(DataError, match="no household"):
        read_survey(written(_frame()[:0]))


def test_the_last_file_by_name_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path))
    office = Office("甲乡")
    assert survey_file(office) is None
    folder = office.surveys
    folder.mkdir(parents=True)
    for name in ("survey-2015.csv", "survey-2016.xlsx", "~$survey-2017.xlsx", "notes.txt"):
        (folder / name).write_text("", encoding="utf-8")
    found = survey_file(office)
    assert found is not None
    assert found.name == "survey-2016.xlsx"


def test_the_practice_run_has_one_and_says_who_was_missed(run: runs.Run) -> None:
    assert run.survey is not None
    assert run.survey.facts["name"] == "survey-2016-04.csv"
    assert isinstance(run.reached, poverty.Coverage)
    truth = pd.read_csv(SHIPPED, dtype={"hh": "str"}, keep_default_na=False)
    assert run.reached.facts["on_register"].iloc[0] == truth["registered"].sum()  # the ledger says the same
    persons = truth["weight"] * truth["size"]
    line = run.catalogue.line_fen(run.settings.authority, run.at)
    poor = truth["income_fen_per_head"] < line
    missed = (persons * (poor & (truth["registered"] == 0))).sum() / (persons * poor).sum()
    rows = run.reached.measures
    own = rows[(rows["measure"] == "exclusion") & (rows["benchmark"] == "actual")].iloc[0]
    assert own["estimate"] == pytest.approx(missed)


def test_the_survey_is_part_of_what_makes_a_run(copied: Callable[[], runs.Run]) -> None:
    copied()
    place = runs.find_office("sample")
    file = survey_file(place.office)
    assert file is not None
    run = runs.begin(place)
    assert runs.begin(place).info.run_id == run.info.run_id
    file.write_text(file.read_text(encoding="utf-8").replace("Y00001,", "Y99999,"), encoding="utf-8")
    other = runs.begin(place)
    assert other.info.run_id != run.info.run_id
    file.unlink()
    bare = runs.begin(place)
    assert bare.info.run_id not in {run.info.run_id, other.info.run_id}
    assert bare.survey is None
    assert isinstance(bare.reached, Refused)
    with language_in_use("zh"):
        assert "入户调查" in bare.reached.show("zh")
    again = json.loads((bare.folder / "reached" / "facts.json").read_text(encoding="utf-8"))
    assert "cannot say who was missed" in again["refused"][0]["what"]
    assert "no survey" in runs.poverty_page(bare, "en")["reached"].words


def test_a_survey_that_cannot_be_used_stops_the_run_before_anything_is_made(copied: Callable[[], runs.Run]) -> None:
    copied()
    place = runs.find_office("sample")
    file = survey_file(place.office)
    assert file is not None
    before = sorted(path.name for path in place.office.runs.iterdir())
    file.write_text("调查编号,村名\n1,乐北\n", encoding="utf-8")
    with pytest.raises(DataError, match="weight"):
        runs.begin(place)
    assert sorted(path.name for path in place.office.runs.iterdir()) == before
