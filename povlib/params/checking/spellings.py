"""Words that would mean two records of one file: a workbook's word must lead to one.

Responsible for names and aliases of every file that has them. Not responsible for keys (`povlib.params.loading`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from povlib.params.catalogue import Catalogue


from povlib.params.checking.findings import Findings


def check_names(found: Findings) -> None:
    """Note every spelling that would mean two records of one file."""
    # a workbook's word must lead to one record: two that share a spelling would make intake guess
    for file, rows in _record_spellings(found.catalogue):
        seen: dict[str, str] = {}
        for key, words in rows:
            for word in words:
                first = seen.setdefault(word, key)
                if first != key:
                    found.fault(
                        "{word} could mean {first} or {second}",
                        found.where(file, key),
                        word=word,
                        first=first,
                        second=key,
                    )


def _record_spellings(catalogue: Catalogue) -> Iterator[tuple[str, list[tuple[str, set[str]]]]]:
    yield "villages", [(v.name, {v.name, *v.aliases}) for v in catalogue.villages.values()]
    yield "support", [(m.key, {m.key, *m.names.spellings(), *m.aliases}) for m in catalogue.measures.values()]
    yield "income", [(k.key, {k.key, *k.names.spellings(), *k.aliases}) for k in catalogue.income.values()]
    yield (
        "house_prices",
        [(p.key, {p.key, *p.names.spellings(), *p.aliases}) for p in catalogue.house_prices.values()],
    )
    yield "funds", [(f.key, {f.key, *f.names.spellings(), *f.aliases}) for f in catalogue.funds.values()]
