"""The rules of intake: every rule's name, how much it refuses, and its message.

Responsible for the one table that says what a rule refuses (a note, a cell, a row or the file) and
how it is said. Not responsible for finding anything: readers, converters and row rules name a rule.
"""

from __future__ import annotations

from dataclasses import dataclass

from povlib.words import text

LEVELS = ("note", "reject_cells", "reject_rows", "reject_file")
VERDICTS = ("accept", "accept_with_notes", "reject_cells", "reject_rows", "reject_file")

_NOTES = {
    "cleaned": "{field}: invisible or surrounding spaces removed",
    "full_width": "{field}: full-width or other variant characters read as {value}",
    "alias": "{field}: {got} read as {value}",
    "unit_cell": "{field}: {got} read as {value} yuan",
    "unit_header": "{field}: the column is in {got}; its amounts were converted to yuan",
    "money_text": "{field}: {got} read as {value} yuan",
    "rounded": "{field}: {got} is finer than a fen; rounded to {value} yuan",
    "date_text": "{field}: {got} read as {value}",
    "date_serial": "{field}: the day number {got} read as {value}",
    "number_text": "{field}: {got} read as {value}",
    "text_mark": '{field}: an apostrophe or ="…" that kept the value text was taken off',
    "odd_name": "{field}: the name begins with = + - @ or holds control characters; is it a name?",
    "missing": "{field} is empty: not known, never zero",
    "missing_mark": "{field}: {got} means not known, never zero",
    "shape_kept": "{field}: the number is shown as {value} and kept in that shape",
    "struck_part": "{field}: struck-out text was left aside; read as {value}",
    "formula": "{field}: a formula; its stored value was read",
    "merged_fill": "{field}: filled from the merged cell above",
    "member_row": "a row below a merged household row: read as a further member, not as a household",
    "header_found": "the headers stand in row {row}",
    "header_two_rows": "the headers stand in rows {row} to {last}",
    "header_alias": "column {got} read as {field}",
    "unit_row": "row {row} holds units and was not read as a household",
    "label_row": "row {row} explains the columns and was not read as a household",
    "number_row": "row {row} numbers the columns and was not read as a household",
    "total_row": "a total, not a household: stated {field} {got}, sum of the rows {value}",
    "total_differs": "a total that does not agree with its rows: stated {field} {got}, sum of the rows {value}",
    "signature_row": "a line of signatures or remarks, not a household",
    "identical_row": "the same row as row {row}; counted once",
    "sheet_skipped": "sheet not read: it has no table that intake knows",
    "sheet_hidden": "hidden sheet not read",
    "village_of_sheet": "no column for the village: taken from the name of the sheet, {value}",
    "rows_hidden": "hidden rows were read too: {got}",
    "columns_hidden": "hidden columns were read too: {got}",
    "filter_on": "a filter is set; filtered rows were read too",
    "macros": "the workbook holds macros; they were neither read nor run",
    "external_links": "the workbook links to other files; nothing outside it was read",
    "old_format": "old .xls workbook: hidden rows, formulas, struck-out text and units in formats cannot be told in it",
    "encoding": "the text is encoded in {got}",
    "column_unknown": "column {got} is not known; its content is kept under its own header",
    "column_absent": "column {field} is not there; nothing is known about it",
    "month_not_told": "no amount is filled in: this month is not known for this household",
    "not_reported": "households in the ledger that this file does not report: {got}; nothing is deleted",
    "form_row_missing": "rows of the form that went out and did not come back: {got}; nothing is deleted",
    "form_row_new": "rows that were not in the form that went out: {got}",
    "form_changed": "{field}: {got} went out, {value} came back",
    "form_emptied": "{field}: {got} went out, an empty cell came back",
    "already_loaded": "this file was loaded before (batch {got}); nothing was added",
    "household_held": "household {got} is held until the rows named here are right",
    "and_more": "the same in {got} more cells: {value}",
    "asks_own": "{field}: {got} is 100 times or more off the household's own months; in which unit is it?",
    "asks_column": "{field}: {got} is 100 times or more off other rows of its kind; in which unit is it?",
    "odd_amount": "{field}: {got} is far from the rest of the column; is it right?",
    "row_not_told": "only the works stand in this row: nothing was reported of them",
    "sheets_absent": "sheets that are not there: {got}; nothing is known about them",
    "progress_back_told": "{field}: {got} % after {value} % before, with words that say why",
    "done_unfinished": "{field}: the works are said to be {got}; are they finished?",
    "photo_named": "{field}: the name of the file holds a person's name; the photo is kept without it",
    "photos_not_read": "{got} photos are named and were not read: no folder of photos is kept here",
    "column_not_kept": "column {got} is not known and was not read: rows of this sheet belong to no household",
    "turn_without_labour": "{field}: {got} is said to have no labour; may the turn stand?",
    "turn_while_caring": "{field}: {got} cares for somebody at home; may the turn stand?",
    "end_alone": "{field}: the holding of {got} was not reported before; its months are taken from this row",
    "sold_more": "{field}: {got} sold and {value} produced; is the rest from a year before?",
    "helper_full": "{field}: {got} households, and {value} can be taken",
    "helpers_of_household": "{field}: the household has several helpers at once: {got}",
    "audit": "{got}",
}
_CELLS = {
    "empty": "{field} is empty",
    "not_number": "{field}: {got} is no number",
    "suspect_amount": "{field}: {got} is no exact amount; write the number alone",
    "slip": "{field}: {got} is far from the rest of the column; yuan or ten thousand yuan?",
    "survey_code": "{field}: {got} looks like a code for “not known”; leave the cell empty where it is not known",
    "slip_village": "{field}: {got} is 100 times or more off the households of its village; in which unit is it?",
    "slip_column": "{field}: {got} is 100 times or more off the rest of the column; in which unit is it?",
    "slip_size": "{field}: {got} is 100 times or more off what households of its size have; in which unit is it?",
    "bound": "{field}: {got} is outside {low} to {high}",
    "whole_number": "{field}: {got} is no whole number; {low} to {high}",
    "bad_date": "{field}: {got} is no date",
    "ambiguous_date": "{field}: {got} may mean more than one date; write it as 2016-05-10",
    "early_date": "{field}: spreadsheets miscount days before March 1900; write the day as text, such as 1899-05-10",
    "future_date": "{field}: {got} lies in the future",
    "vague_date": "{field}: {got} does not say the month",
    "unknown_code": "{field}: {got} is not in the list",
    "unknown_code_near": "{field}: {got} is not in the list; did you mean {value}?",
    "unknown_village": "{field}: {got} is no registered village",
    "unknown_village_near": "{field}: {got} is no registered village; did you mean {value}?",
    "not_yes_no": "{field}: {got} is neither yes nor no",
    "formula_empty": "{field}: a formula without a stored value; open the file in Excel and save it",
    "formula_error": "{field}: the formula gives an error",
    "formula_external": "{field}: the formula takes its value from another file; write the value itself",
    "struck_out": "{field}: the whole cell is struck out; write what holds, or clear the cell",
    "number_hidden": "{field}: the number format hides or scales the stored {got}; write it in full, with its unit",
    "bad_text": "{field}: the text holds characters that were lost ({got})",
    "name_number": "{field}: a number where a name belongs",
    "household_differs": "{field}: {got} differs from {value} in another row of the same household",
    "bad_phone": "{field}: {got} is no telephone number",
    "bad_account": "{field}: {got} is no account number, or lost digits as a number",
    "not_cadre_key": "{field}: {got} is no key of a cadre; write one such as 乐北-干部2, never a name",
    "way_unguaranteed": "{field}: materials on credit need a guarantor; enter the cadre's key, or another way",
    "site_unknown": "{field}: {got} stands neither on sheet {value} nor in the ledger; enter the site there first",
    "bill_unmeasured": "{field} is empty: the item adds nothing to the bill",
    "day_before_start": "{field}: {got} lies before the start of the works on {value}",
    "repaid_more": "{field}: {got} yuan is more than the credit of {value} yuan",
    "photo_fault": "{field}: {got}; mend the file and store it: python3 workbench.py photo {value}",
    "audit_cell": "{got}",
}
_ROWS = {
    "key_empty": "{field} is empty; the row cannot be loaded",
    "key_number": "{field}: {got} lost digits because it was stored as a number",
    "key_bad": "{field}: {got} cannot be a key",
    "key_shape": "{field}: {got} may have lost leading zeros; the others have {value} characters",
    "id_empty": "{field} is empty",
    "id_number": "{field}: stored as a number, so its last digits are lost; enter it again as text",
    "id_length": "{field}: {got} has {value} characters; 18, 20 or 22 are allowed",
    "id_form": "{field}: {got} holds characters that an ID number cannot have",
    "id_birth": "{field}: {got} holds an impossible date of birth",
    "id_future": "{field}: {got} holds a date of birth in the future",
    "id_checksum": "{field}: {got} does not fit its check character",
    "same_key": "{field} {got} stands in several rows that differ (rows {value}); all are held",
    "same_id": "{field}: the same number in several households (rows {value}); all held until someone decides: "
    "python3 workbench.py review",
    "same_id_ledger": "{field}: the ledger holds this ID number in household {value}; held until someone decides: "
    "python3 workbench.py review",
    "other_village": "household {got} belongs to village {value} in the ledger; if it moved: "
    "python3 workbench.py correct 户信息 户编号={got} --set 村=",
    "orphan": "{field} {got} has no row in sheet {value}",
    "project_unknown": "{field} {got} has no row in sheet {value} and none in the ledger",
    "bill_first": "{field}: {got} without an estimate before it: a bill begins with the estimate",
    "bill_below_zero": "{field}: {got} is below 0, and only a variation takes away",
    "progress_back": "{field}: {got} % after {value} % before; correct it, or say in words why the works went back",
    "progress_twice": "{field}: {got} % here and {value} % in the sheet of the works, for the same day",
    "credit_needs": "{field} is not known; without it the credit is not recorded",
    "credit_due": "{field}: {got} lies before the month of the credit, {value}",
    "row_struck": "the whole row is struck out; delete the row, or take the strike-through off if it holds",
    "ragged": "the line has {got} fields, the header {value}",
    "undecodable": "the line is not encoded like the rest of the file ({got})",
    "nul": "the line holds NUL characters",
    "quote": "a quotation mark is opened and never closed",
    "row_needs": "{field} is not known; without it the row is not recorded",
    "month_absurd": "{field}: {got} is no month that can be meant",
    "household_unknown": "{field} {got} is not registered",
    "owner_unknown": "{field}: {got} has no row in sheet {value} and none in the ledger; enter it there first",
    "person_elsewhere": "{field}: {got} is no member of household {value}",
    "month_before": "{field}: {got} lies before the beginning, {value}",
    "before_founding": "{field}: {got} lies before the co-op was founded, {value}",
    "entry_unbalanced": "{field}: the lines of entry {got} sum to {value} yuan and not to zero; all its lines are held",
    "after_leaving": "{field}: {got} lies after the household left the co-op in {value}",
    "delivery_outside": "{field}: {got} lies outside the months of the contract, {value}",
    "delivery_again": "{field}: delivery {got} stands in the ledger with other contents; if those are wrong: "
    "python3 workbench.py correct 交货 合同编号=… 交货编号={got} --set …",
    "delivery_doubled": "{field}: {got} is the same delivery as {value}: household, day, quantity and amount agree",
    "months_unread": "{field}: {got} names no months; write them as 6、12",
    "receipt_again": "{field}: receipt {got} stands in the ledger with other contents; if those are wrong: "
    "python3 workbench.py correct 村财到账 村财合同编号=… 到账编号={got} --set …",
    "receipt_doubled": "{field}: {got} is the same receipt as {value}: contract, day, kind and amount agree; it is "
    "booked once",
    "bill_again": "{field}: bill {got} stands in the ledger with other contents; if those are wrong: "
    "python3 workbench.py correct 医疗费用 医疗费用编号={got} --set …",
    "bill_doubled": "{field}: {got} is the same bill as {value}: person, day, kind and amount agree; it is booked once",
    "loss_again": "{field}: loss {got} stands in the ledger with other contents; if those are wrong: "
    "python3 workbench.py correct 受灾损失 受灾损失编号={got} --set …",
    "loss_doubled": "{field}: {got} is the same loss as {value}: household, day, kind, item and amount agree; it is "
    "booked once",
    "insured_over_bill": "{field}: insurance cannot have paid {got} yuan of a bill of {value} yuan",
    "use_needs_household": "{field}: money shared out to households is told household by household",
    "fair_more_taken": "{field}: {got} were taken and {value} posts offered",
    "not_monday": "{field}: {got} is no Monday; that week is named {value}",
    "days_of_week": "{field}: {got} days of one person in one week, all bases together",
    "own_village": "{field}: {got} is of {value}, the household's own village; choose a helper of another one",
    "own_kin": "{field}: {got} is kin of household {value}; choose another helper",
    "part_of_more": "{field}: {got} is more than {value}",
    "audit_row": "{got}",
}
_FILES = {
    "column_missing": "column {field} is missing",
    "column_missing_near": "column {field} is missing; is it the column {value}?",
    "column_doubled": "column {field} stands there more than once: {got}",
    "two_months": "the file speaks of several months: {got}; send one file a month",
    "wrong_month": "the file is for {got}, expected {value}; ask the village which is right",
    "older_content": "the ledger already holds later months than this file; ask the village which is right",
    "no_rows": "no rows below the headers",
    "no_table": "no sheet has the headers of a table that intake knows",
    "empty_file": "the file is empty",
    "not_workbook": "the content is {got}, not a workbook; open it in Excel and save it as .xlsx",
    "other_workbook": "a workbook of another kind ({got}); open it in Excel or WPS and save it as .xlsx",
    "zip_of_workbooks": "a zip with {got} workbooks in it; unpack it and send each workbook by itself",
    "unreadable": "the file is damaged or cut short; send it again",
    "encrypted": "the workbook is locked with a password; save it without one",
    "too_many_parts": "the container holds {got} parts; {high} are allowed",
    "too_many_styles": "the workbook holds more than {high} cell formats; copy the table into a new workbook",
    "too_large": "the content unpacks to more than {high} MB",
    "ratio": "the content unpacks to {got} times its size: a compression bomb",
    "doctype": "part {got} declares a document type or entities",
    "member_path": "part {got} points outside the container",
    "doubled_part": "part {got} stands in the container more than once",
    "part_encoding": "part {got} is not encoded in UTF-8",
    "doubled_cell": "cell {got} stands in the sheet more than once; open the file in Excel and save it again",
    "far_cell": "a cell stands at {got}, far outside any table; delete the empty rows and columns beyond the table",
    "reader_time": "reading took longer than {high} s and was stopped",
    "reader_memory": "reading needed more than {high} MB and was stopped",
    "reader_died": "the reader ended on this file",
    "file_missing": "the file cannot be opened",
    "not_file": "this is a folder or a device, no file",
    "ledger_refused": "the ledger did not take the file: {got}",
    "big5_file": "the text is Big5, in traditional characters; save it as UTF-8 in simplified ones, or as a workbook",
    "undecodable_file": "the text is neither UTF-8 nor GB18030",
}
# What is wrong with the sheet of decisions that comes back from a meeting: it is taken whole or not at all.
_DECISIONS = {
    "decision_sheet": "no sheet has the headers of a sheet of decisions: {field}",
    "decision_run": "the sheet does not say to which run it belongs; fill in the workbook as it went out",
    "decision_unknown_run": "it belongs to run {got}, and this office has no such run",
    "decision_approved": "run {got} stands approved: decisions are made before that; to change one, take the approval "
    "back first: python3 workbench.py withdraw {got} --officer NAME --reason WHY",
    "decision_lapsed": "run {got} was replaced or withdrawn: decide on the workbook of a newer plan",
    "decision_head": "it names the ledger {got}, its run was planned on {value}: the sheet was altered",
    "decision_altered": "{field}: {got} came back where {value} went out; only decision, by whom and reason may differ",
    "decision_household": "household {got} is not in this run {value}",
    "decision_word": "{got} is no decision; allowed: {value}",
    "decision_package": "{got} is no package that household {value} may have",
    "decision_no_package": "a change must name the package the household is to have instead",
    "decision_no_reason": "a refusal and a change need a reason",
    "decision_nothing": "nothing new is planned for household {got}: there is nothing to refuse",
    "decision_twice": "household {got} is decided otherwise in row {value}",
    "decision_missing": "a name or a reason stands here, but no decision",
    "decision_formula": "{field}: a formula; write the words themselves",
    "decision_hidden": "this cell is hidden and would be read; show all rows and columns and save again",
    "decision_merged": "{field}: a merged cell speaks for several households; write it in each row",
    "decision_struck": "the cell is struck out; clear it, or take the strike-through off",
    "decision_personal": "{field}: the text holds something personal, and it is printed ({got})",
    "decision_clash": "{got}",
    "decision_none": "no decision is filled in",
}
_FILES |= _DECISIONS


@dataclass(frozen=True)
class Rule:
    """One rule: its `key`, what it refuses (`level`) and the English id of its `message`."""

    key: str
    level: str
    message: str

    def show(self, lang: str | None = None, **values: object) -> str:
        """Return the message with its values in `lang`."""
        return text(self.message, lang, **{**_BLANK, **values})


_BLANK = dict.fromkeys(("field", "got", "value", "row", "last", "low", "high"), "")

RULES: dict[str, Rule] = {
    key: Rule(key, level, message)
    for level, messages in zip(LEVELS, (_NOTES, _CELLS, _ROWS, _FILES), strict=True)
    for key, message in messages.items()
}
