"""How did it get in? Forms out to the villages, workbooks in, checked rows into the ledger, receipts back.

What comes in is a file as a village sent it: a workbook, an old .xls or a text file, perhaps damaged or hostile.
What goes out is one batch of the ledger a file or nothing, and a receipt that names every cell that was refused.

The way of a file, folder by folder: `files` opens it in a process of its own and hands back texts; `values` turns the
text of one cell into a value or a refusal; `sheets` finds headers and rows and converts whole columns; `checks` runs
the office's audit rules and writes receipts; `records` makes the rows of the ledger and appends them; `outgoing`
writes the forms and compares what came back. `form` (with ``form.yaml``) describes the form, with the place in the
ledger of every field; `rules` and `verdict` say how a finding is worded and what it refuses.

Begin with `checks.check`, then `sheets.file_check`. The rules of the ledger itself stand in `povlib.ledger`, what
the rows mean for a household in `povlib.poverty`.
"""

from typing import TYPE_CHECKING

from povlib.names_on_demand import import_on_demand

if TYPE_CHECKING:
    from povlib.intake.checks.check import check
    from povlib.intake.checks.receipts import write_receipt
    from povlib.intake.outgoing.forms import write_forms, write_township_form
    from povlib.intake.outgoing.returned_forms import record_sent
    from povlib.intake.records.loading import load
    from povlib.intake.records.review import decide, review_queue
    from povlib.intake.verdict import FileVerdict, Flag

__all__ = [
    "FileVerdict",
    "Flag",
    "check",
    "decide",
    "load",
    "record_sent",
    "review_queue",
    "write_forms",
    "write_receipt",
    "write_township_form",
]

# the process that reads a village's file starts without pandas, as every command that only looks at a name
import_on_demand(__name__)
