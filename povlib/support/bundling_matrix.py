"""Which measures may meet in one household: the pair matrix, read once for the measures on offer.

Responsible for the verdict on every pair of measures, inside one household and inside one person.
Not responsible for putting packages together.
"""

from __future__ import annotations

from dataclasses import dataclass

from povlib.params import Catalogue, Measure, Pair


@dataclass(frozen=True)
class BundlingMatrix:
    """The verdict on every pair of measures.

    Parameters
    ----------
    catalogue : Catalogue

    Notes
    -----
    Two housing benefits never meet in one household, whatever the catalogue says (one dwelling, one
    benefit). The same measure may come twice only when it goes to two different members.
    """

    catalogue: Catalogue

    def forbids(self, first: Measure, second: Measure, *, same_person: bool) -> bool:
        """Return whether the two may not meet (in one person, where both go to the same one)."""
        if first.key == second.key:
            return first.one_per == "household" or same_person
        if first.is_on_dwelling and second.is_on_dwelling:
            return True
        pair = self.catalogue.bundling.verdict(first, second)
        if pair is None:
            return self.catalogue.bundling.default == "forbidden"
        return pair.verdict == "forbidden" and (pair.scope == "household" or same_person)

    def cap(self, first: Measure, second: Measure) -> Pair | None:
        """Return the pair that caps what the two may cost together, or None."""
        if first.key == second.key:
            return None
        pair = self.catalogue.bundling.verdict(first, second)
        return pair if pair is not None and pair.verdict == "capped" else None
