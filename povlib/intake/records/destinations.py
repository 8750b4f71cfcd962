"""Does every field lead somewhere? The destinations of form and mappings beside the tables of the ledger.

Responsible for naming each field whose destination is no column of the ledger, before a file is loaded or a form
written. Not responsible for fields without any destination (`povlib.intake.form` refuses those).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from povlib.errors import Fault, IntakeError
from povlib.intake.form import ANSWERS, CHECKED_ONLY, HISTORY, Field, Form, form, township_form
from povlib.intake.sheets.layouts import Layout
from povlib.ledger.storage.table_schema import BY_FRAME

_KINDS_OF_VALUE = ("identity", "transfers")
"""Tables whose destination names a kind of value: every kind may be stored there."""


def destination_faults(where: str, fields: Iterable[Field]) -> Iterator[Fault]:
    """Yield the fields whose destination is no column of the ledger.

    Examples
    --------
    >>> wrong = Field("well", "水井", "yesno", destination="households.well")
    >>> [fault.show("en")[:58] for fault in destination_faults("form.yaml", [wrong])]
    ['form.yaml: the field well cannot go to households.well: th']
    """
    for field in fields:
        table, column = field.place
        spec = BY_FRAME.get(table)
        known = (
            field.destination in (ANSWERS, HISTORY)
            or (table == CHECKED_ONLY and bool(field.destination.partition(":")[2].strip()))
            or (table in _KINDS_OF_VALUE and bool(column))
            or (spec is not None and column in {c.name for c in spec.columns})
        )
        if not known:
            names = ", ".join(c.name for c in spec.columns) if spec is not None else ", ".join(BY_FRAME)
            values = {"field": field.key, "destination": field.destination}
            yield Fault("the field {field} cannot go to {destination}: the ledger has no such place", where, names,
                        values=values)  # fmt: skip


def require_destinations(layouts: tuple[Layout, ...] = (), asked: Form | None = None) -> None:
    """Refuse a form or mappings whose fields lead nowhere.

    Raises
    ------
    IntakeError
        With every such field.
    """
    sheets = (*(asked or form()).sheets, *township_form().sheets)
    faults = [fault for sheet in sheets for fault in destination_faults(f"form.yaml: {sheet.key}", sheet.fields)]
    faults += [fault for layout in layouts for fault in destination_faults(layout.mapping, layout.columns)]
    if faults:
        raise IntakeError(faults)
