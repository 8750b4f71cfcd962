"""The codes that behaviour hangs on, each in one place: statuses, help and works, resources, sources of income.

What comes in: the code lists of ``data/tables`` (`povlib.params.tables`), whose entries carry *roles* beside their
labels. What goes out: the label an office stores for a role ("what does this ledger call a household that has
left the register?"), the keys of scarce resources, the sources of income with their names, the six guarantees
and the ages and distances papers group by.

No other room writes such a label or key down: another country's ledger brings its own in the tables. Begin with
`register` (households and persons), then `resource_keys`. Not responsible for the spellings workbooks use
(`povlib.params.tables`) nor for translated texts (`povlib.words`).
"""

from typing import TYPE_CHECKING

from povlib.names_on_demand import import_on_demand

if TYPE_CHECKING:
    from povlib.vocabulary.income_sources import (
        GUARANTEES,
        INCOME_PARTS,
        INCOME_SOURCES,
        SIGN_OF_PART,
        source_label,
        source_phrase,
    )
    from povlib.vocabulary.thresholds import FAR_FROM_TOWNSHIP_KM, OLD_AGE_YEARS

__all__ = [
    "FAR_FROM_TOWNSHIP_KM",
    "GUARANTEES",
    "INCOME_PARTS",
    "INCOME_SOURCES",
    "OLD_AGE_YEARS",
    "SIGN_OF_PART",
    "source_label",
    "source_phrase",
]

import_on_demand(__name__)
