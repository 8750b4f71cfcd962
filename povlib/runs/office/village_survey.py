"""The village survey: a file in the office's inbox that says who is poor outside the register too.

Responsible for finding the file, for reading only the columns it is meant to have (a name or a number of a
person in it never enters a run), and for refusing what cannot be used, all faults at once. Not responsible
for what it says (`povlib.poverty.households.coverage`).
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from povlib.errors import DataError, Fault
from povlib.places import Office

_ENDINGS = (".csv", ".xlsx")
# offices save comma-separated files from Excel, which writes GB18030 on a Chinese computer unless told otherwise
_ENCODINGS = ("utf-8-sig", "gb18030")
_HEADERS = {
    "survey_id": ("survey_id", "调查编号"),
    "hh": ("hh", "户编号"),
    "village": ("village", "村名", "村"),
    "stratum": ("stratum", "层"),
    "cluster": ("cluster", "抽样组", "村民小组"),
    "weight": ("weight", "权重"),
    "size": ("size", "家庭人口"),
    "income_fen_per_head": ("income_fen_per_head",),
    "income_yuan_per_head": ("income_yuan_per_head", "人均纯收入", "人均纯收入（元）", "人均纯收入(元)"),
    "ill_member": ("ill_member", "有病人"),
    "unsafe_house": ("unsafe_house", "危房"),
    "no_safe_water": ("no_safe_water", "饮水不安全"),
}
_NEEDED = ("survey_id", "village", "weight", "size")
_FLAGS = ("ill_member", "unsafe_house", "no_safe_water")
_YES_NO = {"1": 1, "0": 0, "是": 1, "否": 0, "1.0": 1, "0.0": 0}
_FEN_PER_YUAN = 100
# rows named in one message; the office mends the first and sees the kind of mistake
_SHOWN = 5
_EMPTY = "{column} is empty in {n} rows: {rows}"
_TWICE = "{column} is empty or stands twice in {n} rows: {rows}"
_NOT_ABOVE_0 = "{column} is no number above 0 in {n} rows: {rows}"
_NOT_WHOLE = "{column} is no whole number from 1 in {n} rows: {rows}"
_NO_NUMBER = "{column} is no number in {n} rows: {rows}"
_NOT_YES_NO = "{column} is neither 1 nor 0 in {n} rows: {rows}"


def survey_file(office: Office) -> Path | None:
    """Return the survey file of an office, None when it has none."""
    folder = office.surveys
    surveys = sorted(p for p in folder.glob("*") if p.suffix.lower() in _ENDINGS and not p.name.startswith((".", "~")))
    return surveys[-1] if surveys else None


def read_survey(path: Path) -> pd.DataFrame:
    """Return a survey of all households of the villages, one row a household interviewed.

    Returns
    -------
    DataFrame
        survey_id, hh ("" outside the register), village, weight (households a row stands for), size,
        income_fen_per_head; where the file has them: stratum, cluster, and ill_member, unsafe_house,
        no_safe_water (1 or 0). Other columns are left out.

    Raises
    ------
    DataError
        With every fault: a column that is missing, a row that cannot be used.
    """
    raw = _read_texts(path)
    named = {name: str(column) for column in raw.columns for name, said in _HEADERS.items() if str(column) in said}
    lost = [name for name in _NEEDED if name not in named]
    if not {"income_fen_per_head", "income_yuan_per_head"} & named.keys():
        lost.append("income_yuan_per_head")
    if lost:
        raise DataError(
            Fault(
                "the survey has no column {column}",
                where=path.name,
                allowed=", ".join(_HEADERS[name]),
                values={"column": name},
            )
            for name in lost
        )
    texts = pd.DataFrame({name: raw[column].fillna("").astype("str").str.strip() for name, column in named.items()})
    frame, faults = _typed_columns(texts, path.name)
    if not len(frame):
        faults.append(Fault("the survey holds no household", where=path.name))
    if faults:
        raise DataError(faults)
    return frame


def survey_digest(survey: pd.DataFrame) -> str:
    """Return a digest of a survey's content: part of what makes a run the same run."""
    return hashlib.sha256(survey.to_csv(index=False).encode()).hexdigest()


def _read_texts(path: Path) -> pd.DataFrame:
    """Return the first sheet, or the comma-separated file, as texts."""
    try:
        if path.suffix.lower() == ".xlsx":
            return pd.read_excel(path, dtype="str", engine="calamine")
        for encoding in _ENCODINGS:
            try:
                return pd.read_csv(path, dtype="str", encoding=encoding, keep_default_na=False)
            except UnicodeDecodeError:
                continue
    except Exception as fault:  # whatever a damaged file makes the reader raise, the planner needs the same words
        raise _unreadable(path) from fault
    raise _unreadable(path)


def _unreadable(path: Path) -> DataError:
    """Return what to say of a survey that no reader can read."""
    return DataError(
        "the survey cannot be read",
        where=path.name,
        remedy="save it as .csv or .xlsx with one row of headers, or take it out of the inbox",
    )


def _typed_columns(texts: pd.DataFrame, where: str) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the columns as they are used, and a fault for every rule with the rows that break it."""
    faults: list[Fault] = []
    frame = texts[[name for name in ("survey_id", "village") if name in texts]].copy()
    frame["hh"] = texts.get("hh", "")
    for name in ("stratum", "cluster"):
        if name in texts:
            frame[name] = texts[name]
            _add_fault_with_rows(faults, where, name, texts[name] == "", _EMPTY)
    _add_fault_with_rows(
        faults, where, "survey_id", (frame["survey_id"] == "") | frame["survey_id"].duplicated(), _TWICE
    )
    _add_fault_with_rows(faults, where, "village", frame["village"] == "", _EMPTY)
    weight = pd.to_numeric(texts["weight"], errors="coerce")
    _add_fault_with_rows(faults, where, "weight", ~(weight > 0) | np.isinf(weight), _NOT_ABOVE_0)
    size = pd.to_numeric(texts["size"], errors="coerce")
    _add_fault_with_rows(faults, where, "size", ~(size >= 1) | (size % 1 != 0), _NOT_WHOLE)
    in_fen = "income_fen_per_head" in texts
    income = pd.to_numeric(texts["income_fen_per_head" if in_fen else "income_yuan_per_head"], errors="coerce")
    _add_fault_with_rows(faults, where, "income", income.isna() | np.isinf(income), _NO_NUMBER)
    numbers: dict[str, Any] = {"weight": weight, "size": size, "income_fen_per_head": income}
    if not in_fen:
        numbers["income_fen_per_head"] = income * _FEN_PER_YUAN
    for name in (n for n in _FLAGS if n in texts):
        numbers[name] = texts[name].map(_YES_NO)
        _add_fault_with_rows(faults, where, name, numbers[name].isna(), _NOT_YES_NO)
    if faults:
        return frame, faults
    whole = {name: "int64" for name in numbers if name != "weight"}
    typed = frame.assign(**numbers)
    # 1024.09 yuan times 100 is not whole in binary; rows by id, so that the digest does not hang on their order
    typed["income_fen_per_head"] = typed["income_fen_per_head"].round()
    return typed.astype(whole).sort_values("survey_id", ignore_index=True), faults


def _add_fault_with_rows(faults: list[Fault], where: str, column: str, wrong: pd.Series, message: str) -> None:
    rows = np.flatnonzero(wrong.to_numpy(dtype=bool)) + 2  # row 1 holds the headers
    if len(rows):
        listed = ", ".join(str(row) for row in rows[:_SHOWN]) + (" …" if len(rows) > _SHOWN else "")
        faults.append(Fault(message, where=where, values={"column": column, "n": len(rows), "rows": listed}))
