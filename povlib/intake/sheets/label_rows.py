"""Rows of labels under the headers, as Kobo, ODK and survey platforms write them: questions, hints, kinds of value.

Responsible for telling such a row from a household. Not responsible for the headers above it (`.headers`): a row whose
labels are themselves the headers of the form is found there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from povlib.intake.sheets.layouts import Layout, fold_header, word_lists
from povlib.intake.values.cell import fold
from povlib.params.tables import table

#: kinds whose values have digits, whatever a village writes
_NUMERIC = frozenset({"money", "integer", "number", "month", "date", "id_number", "phone", "account"})
_LISTED = frozenset({"code", "codes", "yesno"})
#: what villages write where they do not know
_NO_ANSWER = frozenset(
    {"不详", "不知道", "不清楚", "不明", "未知", "没有", "暂无", "未填", "拒答", "unknown", "none", "na", "nan"}
)
#: letters and characters that a label has at least: a choice; 元 or 人 beside a number is a unit
_WORDS = re.compile(r"[A-Za-z一-鿿].*[A-Za-z一-鿿]", re.DOTALL)
#: filled cells that must speak for it: a choice; two blank answers in words (不详) make no row of labels
_LEAST = 3


def is_row_of_labels(layout: Layout, columns: Mapping[str, int], row: Mapping[int, str], keys: Sequence[str]) -> bool:
    """Tell whether a row under the headers says what belongs there instead of what a household answered.

    Parameters
    ----------
    layout : Layout
        Of the headers.
    columns : mapping
        Column by field.
    row : mapping
        Texts by column, blank cells left out.
    keys : sequence of str
        What stands under the row in the column of the household's number.

    Notes
    -----
    A row of labels has words in every column of numbers, no word of a list in any column of codes, and no number of a
    household where the rows below have one.
    """
    cells = {key: row[at] for key, at in columns.items() if at in row}
    kinds = {key: layout.field(key).kind for key in cells}
    key = layout.unique[0]
    numbers = [text for name, text in cells.items() if kinds[name] in _NUMERIC]
    listed = [(name, text) for name, text in cells.items() if kinds[name] in _LISTED]
    if any(text in _NO_ANSWER for text in cells.values()):
        return False  # a household that answers nothing is a household
    if len(numbers) + len(listed) < _LEAST or not all(_WORDS.search(text) for text in numbers):
        return False
    if any(_is_listed(layout, name, text) for name, text in listed):
        return False
    named = cells.get(key, "")
    if fold_header(layout.canonical[key]) in fold_header(named):
        return True
    return not _has_digit(named) and any(map(_has_digit, keys))


def _is_listed(layout: Layout, key: str, text: str) -> bool:
    field = layout.field(key)
    if field.kind == "yesno":
        return fold(text).casefold() in word_lists()["yes"] | word_lists()["no"]
    known = table(field.codes)
    return text in layout.codes.get(key, {}) or any(known.stored(part) for part in re.split("[、,，;；]", text))


def _has_digit(text: str) -> bool:
    return bool(re.search(r"\d", text))
