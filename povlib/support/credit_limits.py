"""Materials on credit: how much more may be owed on a cadre's word and in a village.

Responsible for the rows that keep new credits within the limits of the measures. Not
responsible for how much of a bill is material (`povlib.support.award_cost`) or for collecting anything.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.money import FEN_PER_YUAN, fen
from povlib.params import Catalogue, Credit
from povlib.support.award_cost import credit_fen
from povlib.support.credits_owed import credits_owed
from povlib.support.eligibility import RegisterFacts
from povlib.support.single_awards import AwardOption
from povlib.vocabulary.resource_keys import cadre_credit_key, village_credit_key
from povlib.words import languages, text

CREDIT = "credit"
"""Kind of the rows of credits; their unit is a yuan."""
RESOURCES = ["resource", "kind", "village", "capacity", "unit", "names", "household_ceiling_fen", "sense"]


def credit_limits(catalogue: Catalogue) -> dict[str, int]:
    """Return the limits of what may be owed at a time, fen by ``household``, ``cadre`` and ``village``; none: {}.

    Where measures state different limits the lowest holds: what is owed is owed, by whatever measure.
    """
    credits = [m.credit for m in catalogue.measures.values() if m.credit is not None and m.credit.filled]
    return {of: min(_limit(credit, of) for credit in credits) for of in ("household", "cadre", "village") if credits}


def _limit(credit: Credit, of: str) -> int:
    return fen(str(getattr(credit, f"{of}_yuan")))


def credit_uses(parts: pd.DataFrame, options: tuple[AwardOption, ...], register: RegisterFacts) -> pd.DataFrame:
    """Return package, resource, amount (yuan): what packages buy on credit, in their village and on a cadre's word.

    Where no cadre is named yet the village's limit alone binds; the credit itself is recorded with its guarantor.
    """
    empty = pd.DataFrame({"package": [], "resource": [], "amount": []})
    with_credit = [i for i, option in enumerate(options) if option.measure.credit is not None]
    mine = parts.loc[parts["option"].isin(with_credit), ["package", "row", "option"]]
    if mine.empty:
        return empty.astype({"package": "int64", "resource": "str", "amount": "int64"})
    households = register.households
    amount = np.zeros(len(mine), dtype=np.int64)
    for number in with_credit:
        measure = options[number].measure
        at = (mine["option"] == number).to_numpy()
        bought = credit_fen(measure, households, register.bills).to_numpy(dtype=np.int64)
        amount[at] = bought[mine["row"].to_numpy()[at]] // FEN_PER_YUAN
    village = households["village"].to_numpy()[mine["row"].to_numpy()]
    cadre = households["guarantor"].to_numpy(dtype=object)[mine["row"].to_numpy()]
    named = pd.notna(cadre)
    package = mine["package"].to_numpy()
    frame = pd.DataFrame(
        {
            "package": np.concatenate([package, package[named]]),
            "resource": [*map(village_credit_key, village), *map(cadre_credit_key, cadre[named])],
            "amount": np.concatenate([amount, amount[named]]),
        }
    )
    frame = frame.loc[frame["amount"] > 0].astype({"resource": "str"})
    return frame.sort_values(["package", "resource"], kind="stable").reset_index(drop=True)


def credit_resources(uses: pd.DataFrame, register: RegisterFacts) -> pd.DataFrame:
    """Return the rows of resources that credits use: how many yuan more may be owed in a village, on a cadre's word."""
    limits = credit_limits(register.catalogue)
    if uses.empty or not limits:
        return pd.DataFrame(columns=RESOURCES)
    owed = credits_owed(register.state, register.state.last_month)
    by_village = owed.groupby("village")["owed_fen"].sum()
    by_cadre = owed.groupby("guarantor")["owed_fen"].sum()
    households = register.households
    villages = {village_credit_key(name): name for name in sorted(households["village"].dropna().unique())}
    cadres = {cadre_credit_key(name): name for name in sorted(households["guarantor"].dropna().unique())}
    rows = []
    for key in sorted(uses["resource"].unique()):
        of, name = ("village", villages[key]) if key in villages else ("cadre", cadres[key])
        already = int((by_village if of == "village" else by_cadre).get(name, 0))
        left = max(limits[of] - already, 0) // FEN_PER_YUAN
        said = "materials on credit, {name}" if of == "village" else "materials on the word of {name}"
        names = {lang: text(said, lang, name=name) for lang in languages()}
        rows.append((key, CREDIT, name if of == "village" else None, left, "yuan", names, None, "<="))
    frame = pd.DataFrame(rows, columns=RESOURCES)
    return frame.astype({"resource": "str", "kind": "str", "village": "str", "unit": "str", "capacity": "int64"})
