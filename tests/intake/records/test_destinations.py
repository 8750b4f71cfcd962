"""Every question of the form is found again: a value is written, loaded and read back; one that leads nowhere stops."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import yaml
from defects.making import id_number, xlsx
from PIL import Image

from povlib import intake, ledger
from povlib.calendar import Month
from povlib.errors import IntakeError
from povlib.intake import form as form_module
from povlib.intake.form import ANSWERS, Field, form, form_of
from povlib.intake.outgoing.form_rows import form_rows
from povlib.intake.records.destinations import require_destinations
from povlib.intake.sheets.layouts import read_layouts
from povlib.ledger.people.sealed_identities import open_identities
from povlib.params.tables import table

ReadBack = tuple[dict[str, dict[str, str]], dict[str, pd.DataFrame], ledger.State, pd.DataFrame]
PHOTOS = ("photo_before", "photo_during", "photo_after")
SEALED = ("name", "id_number", "phone", "account", "helper", "remark")
KEYS = {"hh": "W0001", "person": "W0001-01", "support": "W0001-C01", "project": "W0001-Z1", "village": "联胜",
        "site": "联胜-集建点", "credit": "W0001-S1", "post": "联胜保洁", "base": "联胜基地"}  # fmt: skip
DESCRIPTION = (Path(form_module.__file__).parent / "form.yaml").read_text(encoding="utf-8")


def written(field: Field, sheet: str) -> str:
    """Return a value that the field takes, as a clerk would write it."""
    if field.key in KEYS:
        return KEYS[field.key]
    if field.key in ("head_name", "name"):
        return "测试甲"
    if field.key == "relation":
        return "户主"
    if field.key == "id_number":
        return id_number(1, "19650301")
    day = "1965-03-01" if field.key == "birth" else "2016-04-04" if sheet == "shift" else "2016-04-08"
    whole = "2015" if (field.low or 0) > 1000 else "7"
    values = {"date": day, "month": "2016-04", "yesno": "是",
              "money": "37", "integer": whole, "number": "6.5", "phone": "13800000000",
              "account": "6222000000000001", "cadre": "联胜-干部2", "photo": f"{field.key}.png"}  # fmt: skip
    if field.kind in ("code", "codes"):
        return str(table(field.codes).show(next(iter(table(field.codes).labels))))
    return values.get(field.kind, f"{sheet}里的{field.header}")


def workbook(path: Path, asked: form_module.Form) -> dict[str, dict[str, str]]:
    """Write one household with an answer to every question and return the answers by sheet."""
    told = {sheet.key: {field.key: written(field, sheet.key) for field in sheet.fields} for sheet in asked.sheets}
    save(path, asked, told)
    return told


def save(path: Path, asked: form_module.Form, told: dict[str, dict[str, str]]) -> None:
    sheets = {}
    for sheet in asked.sheets:
        answers = [told[sheet.key][field.key] for field in sheet.fields]
        sheets[sheet.name] = [[""], [""], [field.title for field in sheet.fields], answers]
    path.write_bytes(xlsx(sheets))


@pytest.fixture(scope="module")
def read_back(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadBack]:
    folder = tmp_path_factory.mktemp("asked")
    told = workbook(folder / "a.xlsx", form())
    (folder / "photos").mkdir()
    for at, name in enumerate(PHOTOS):
        Image.linear_gradient("L").rotate(90 * at).save(folder / "photos" / f"{name}.png")
    with ledger.open(folder / "ledger.sqlite", create=True, seed=1) as book:
        photos = ledger.PhotoStore(folder / "store")
        owners = {
            "bases": {"base": "联胜基地", "village": "联胜", "product": "肉牛"},
            "helpers": {"helper": "联胜-干部2"},
        }
        book.append(ledger.BatchInfo(), {name: pd.DataFrame([row]) for name, row in owners.items()})
        (verdict,) = intake.load(book, [folder / "a.xlsx"], villages=[{"name": "联胜"}], photos=photos)
        assert verdict.loaded == 1, [flag.message("en") for flag in verdict.flags if flag.refuses != "note"]
        assert not [flag for flag in verdict.flags if flag.refuses != "note"]
        state = ledger.read_state(book)
        identities = open_identities(book.store, book.key, SEALED, book.head().batch)
        yield told, form_rows(state, Month(2016, 5), identities), state, identities


ELSEWHERE = {
    ("household", "remark"): "sealed, and not written into a form again",
    ("member", "birth"): "to the month; the day stands in the sealed number",
    ("income", "month"): "the next month is asked",
    ("housing", "week"): "each week is told anew",
    ("housing", "week_text"): "each week is told anew",
    **{("progress", key): "each week is told anew" for key in ("week", "progress", "week_text", *PHOTOS)},
}


@pytest.mark.parametrize(
    ("sheet", "key"), [(sheet.key, field.key) for sheet in form().sheets for field in sheet.fields]
)
def test_what_is_asked_is_found_again(sheet: str, key: str, read_back) -> None:  # type: ignore[no-untyped-def]
    told, rows, state, identities = read_back
    field = form().sheet(sheet).field(key)
    if (sheet, key) in ELSEWHERE:
        table, column = field.place
        if table == "identity":
            assert told[sheet][key] in set(identities.loc[identities["kind"] == column, "value"])
        else:
            assert getattr(state, table)[column].notna().all(), ELSEWHERE[sheet, key]
        return
    row = rows[sheet].iloc[0]
    found = row[key] if not pd.isna(row[key]) else row[f"_last_{key}"]
    expected = told[sheet][key]
    assert found == (float(expected) if field.kind in ("money", "integer", "number") else expected)


def test_a_new_question_needs_one_line_of_the_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = "      pension_insurance:"
    asked = form_of(
        DESCRIPTION.replace(line, f"      smokes: {{header: 是否吸烟, kind: yesno, destination: answers}}\n{line}")
    )
    monkeypatch.setattr(form_module, "form", lambda: asked)
    for name in ("sheets.layouts", "sheets.flat_export", "records.destinations", "outgoing.form_rows"):
        monkeypatch.setattr(f"povlib.intake.{name}.form", lambda: asked)
    monkeypatch.setattr("povlib.intake.sheets.layouts._parse_layouts", form_module_free_layouts())
    workbook(tmp_path / "a.xlsx", asked)
    with ledger.open(tmp_path / "ledger.sqlite", create=True, seed=1) as book:
        intake.load(book, [tmp_path / "a.xlsx"], villages=[{"name": "联胜"}])
        rows = form_rows(ledger.read_state(book), Month(2016, 5))
    assert rows["member"]["smokes"].tolist() == ["是"]


def form_module_free_layouts():  # type: ignore[no-untyped-def]
    from povlib.intake.sheets import layouts as module

    return module._parse_layouts.__wrapped__  # read the mappings anew: they stand on the form


def test_a_question_without_a_destination_stops_the_form() -> None:
    description = re.sub(r"(pension_insurance: \{.*?), destination: answers", r"\1", DESCRIPTION)
    with pytest.raises(IntakeError, match=r"pension_insurance"):
        form_of(description)


@pytest.mark.parametrize("place", ["households.well", "wells.depth", "checked only", "identity"])
def test_a_destination_that_the_ledger_has_not_is_named(place: str) -> None:
    raw = yaml.safe_load(DESCRIPTION)
    raw["sheets"]["household"]["fields"]["coop"]["destination"] = place
    with pytest.raises(IntakeError, match=r"coop"):
        require_destinations((), form_of(yaml.safe_dump(raw, allow_unicode=True, sort_keys=False)))


def test_form_and_shipped_mappings_lead_somewhere() -> None:
    require_destinations(read_layouts())
    assert all(column.destination for layout in read_layouts() for column in layout.columns)
    assert {field.key for sheet in form().sheets for field in sheet.fields if field.destination == ANSWERS} == {
        "group", "pension_insurance", "route",
    }  # fmt: skip


def test_values_whose_row_lacks_its_key_are_kept_as_answers(tmp_path: Path) -> None:
    asked = form_of(DESCRIPTION)
    told = workbook(tmp_path / "full.xlsx", asked)
    for sheet, key in (("household", "mark_month"), ("member", "post_from"), ("housing", "item"), ("housing", "week")):
        told[sheet][key] = ""
    save(tmp_path / "a.xlsx", asked, told)
    with ledger.open(tmp_path / "ledger.sqlite", create=True, seed=1) as book:
        intake.load(book, [tmp_path / "a.xlsx"], villages=[{"name": "联胜"}])
        answers = ledger.read_state(book).answers
        rows = form_rows(ledger.read_state(book), Month(2016, 5))
    assert {"mark_routes", "post", "employer", "post_route", "quantity", "unit_price", "progress"} <= set(
        answers["field"]
    )
    assert rows["member"]["post"].tolist() == [told["member"]["post"]]
    assert rows["housing"]["unit_price"].tolist() == [37.0]


def test_a_telephone_sent_without_members_is_the_heads(tmp_path: Path) -> None:
    told = workbook(tmp_path / "a.xlsx", form())
    told["household"]["phone"] = "13900000000"
    sheet = form().sheet("household")
    lines = [[""], [""], [field.title for field in sheet.fields], [told["household"][f.key] for f in sheet.fields]]
    (tmp_path / "b.xlsx").write_bytes(xlsx({sheet.name: lines}))
    with ledger.open(tmp_path / "ledger.sqlite", create=True, seed=1) as book:
        for name in ("a.xlsx", "b.xlsx"):
            intake.load(book, [tmp_path / name], villages=[{"name": "联胜"}])
        phones = open_identities(book.store, book.key, ("phone",), book.head().batch)
    assert phones[["person", "value"]].to_numpy().tolist() == [["W0001-01", "13900000000"]]
