"""Who is owed a safe house: the reason for each yes, no and not-known, and what is still owed by household.

Responsible for the three conditions and for where each house stands. It reads the ledger alone: neither funds, prices
nor a plan are inputs, so no plan can trade an entitlement away. Not responsible for what a house costs.

Notes
-----
A household on the register is entitled when its house is unsafe (grade C or D) or it has none, this is its only
dwelling, and it has had no housing benefit before: help is for the only dwelling (唯一住房), one homestead and one
benefit a household (一户一宅). A household with a work of the programme was found in need when the work was listed,
whatever grade its house has now.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.arrays import Bools
from povlib.params import Catalogue
from povlib.support.eligibility_facts import SupportFrames, help_given, house_frame
from povlib.vocabulary.help_and_works import works_finished, works_under_way
from povlib.vocabulary.register import no_house, registered_statuses, unsafe_grades
from povlib.words import text

TESTS = ("in_need", "only_dwelling", "no_benefit")
STANDINGS = ("done", "under_way", "waiting", "not_listed")
_NO = {
    "in_need": "its house is sound",
    "only_dwelling": "it has another dwelling",
    "no_benefit": "it has had a housing benefit before",
}
_UNKNOWN = {
    "in_need": "the grade of its house",
    "only_dwelling": "whether it has another dwelling",
    "no_benefit": "whether it has had a housing benefit before",
}


def entitled_households(state: SupportFrames, catalogue: Catalogue) -> pd.DataFrame:
    """Return every household on the register with its entitlement to a safe house.

    Parameters
    ----------
    state : State
    catalogue : Catalogue
        Which measures are help with a dwelling; no amount of it is read.

    Returns
    -------
    DataFrame
        hh, village, grade; in_need, only_dwelling, no_benefit (1 yes, 0 no, missing not known); entitled (all three;
        False where one is no, missing where one is not known and none is no); standing of the house (`STANDINGS`);
        project, delay_cause, way, willing (missing where not written down); unmet (entitled and not done). By hh.

    Examples
    --------
    >>> from povlib import params, places
    >>> from povlib.support.example_township import example_township
    >>> found = entitled_households(example_township(), params.load(places.DATA / "sample" / "params"))
    >>> found[["hh", "in_need", "entitled"]].values.tolist()
    [['H1', 1, <NA>], ['H2', 0, False], ['H3', 0, False]]
    """
    register = state.households.loc[state.households["status"].isin(registered_statuses())]
    register = register.sort_values("hh", kind="stable").reset_index(drop=True)
    frame = pd.DataFrame({"hh": register["hh"], "village": register["village"], "grade": register["housing_grade"]})
    works = _work_of_household(state).reindex(frame["hh"])
    written = house_frame(state, "dwellings").drop_duplicates("hh").set_index("hh").reindex(frame["hh"])
    listed = works["project"].notna().to_numpy(dtype=bool)
    grade = frame["grade"]
    need = grade.isin(unsafe_grades()).astype("Int8").mask(grade.isna().to_numpy(dtype=bool))
    frame["in_need"] = need.mask(listed, 1)
    homeless = grade.eq(no_house()).fillna(False).to_numpy(dtype=bool)
    only = pd.Series(written["only_dwelling"].astype("Int8").to_numpy(), dtype="Int8")
    frame["only_dwelling"] = only.mask(homeless & only.isna().to_numpy(dtype=bool), 1)
    benefit = pd.Series(written["prior_benefit"].astype("Int8").to_numpy(), dtype="Int8")
    had = frame["hh"].isin(_helped_before(state, catalogue)).to_numpy(dtype=bool) & ~listed
    frame["no_benefit"] = (1 - benefit).mask(had & benefit.isna().to_numpy(dtype=bool), 0)
    frame["entitled"] = _all_three(frame)
    frame["standing"] = works["standing"].fillna("not_listed").to_numpy()
    frame["project"] = works["project"].to_numpy()
    for name in ("delay_cause", "way"):
        column = written[name].astype("str")
        frame[name] = column.mask(column.eq("").fillna(False)).to_numpy()
    frame["willing"] = pd.Series(written["willing"].astype("Int8").to_numpy(), dtype="Int8")
    frame["unmet"] = frame["entitled"].fillna(False).to_numpy(dtype=bool) & frame["standing"].ne("done").to_numpy()
    return frame


def _all_three(frame: pd.DataFrame) -> pd.Series:
    values = frame[list(TESTS)]
    no = values.eq(0).fillna(False).to_numpy(dtype=bool).any(axis=1)
    unknown = values.isna().to_numpy().any(axis=1)
    open_question: Bools = np.asarray(unknown & ~no, dtype=bool)
    return pd.Series(~no, dtype="boolean").mask(open_question)


def _work_of_household(state: SupportFrames) -> pd.DataFrame:
    """Return by household its work that is furthest on: project, standing."""
    rows = state.projects[["hh", "project", "status"]]
    names = {works_finished(): "done", works_under_way(): "under_way"}
    standing = rows["status"].map(names).fillna("waiting")
    order = standing.map({name: place for place, name in enumerate(STANDINGS)})
    rows = rows.assign(standing=standing, order=order).sort_values(["hh", "order", "project"], kind="stable")
    return rows.drop_duplicates("hh").set_index("hh")[["project", "standing"]]


def _helped_before(state: SupportFrames, catalogue: Catalogue) -> pd.Series:
    """Return the households to which the ledger shows help with a dwelling that was given."""
    dwelling = [measure.key for measure in catalogue.measures.values() if measure.is_on_dwelling]
    given = help_given(state, state.last_month + 1)
    return given.loc[given["measure"].isin(dwelling), "hh"]


def entitlement_reasons(frame: pd.DataFrame, lang: str | None = None) -> list[str]:
    """Return for each household why it is entitled, why not, or what must be asked, in words.

    Parameters
    ----------
    frame : DataFrame
        Of `entitled_households`.
    """
    said = []
    for row in frame[[*TESTS, "grade", "entitled", "project"]].itertuples(index=False):
        values = dict(zip(TESTS, row[: len(TESTS)], strict=True))
        failed = [test for test in TESTS if not pd.isna(values[test]) and values[test] == 0]
        asked = [test for test in TESTS if pd.isna(values[test])]
        if failed:
            said.append(text("; ", lang).join(text(_NO[test], lang) for test in failed))
        elif asked:
            what = text(", ", lang).join(text(_UNKNOWN[test], lang) for test in asked)
            said.append(text("not known: {what}", lang, what=what))
        else:
            said.append(text(_need_words(row.grade, row.project), lang))
    return said


def _need_words(grade: object, project: object) -> str:
    if grade == no_house():
        return "it has no house, and no benefit before"
    if grade in unsafe_grades():
        return "its only house is unsafe, and no benefit before"
    return "its house was unsafe when the work was listed; its only one, and no benefit before" if project else ""


def unmet_counts(frame: pd.DataFrame) -> dict[str, int]:
    """Return households: entitled, and of these done, under_way, waiting, not_listed, unmet; not_known; not_entitled.

    Parameters
    ----------
    frame : DataFrame
        Of `entitled_households`.
    """
    yes: Bools = frame["entitled"].fillna(False).to_numpy(dtype=bool)
    unknown = frame["entitled"].isna().to_numpy()
    standing = frame["standing"].to_numpy()
    counts = {name: int(np.sum(yes & (standing == name))) for name in STANDINGS}
    return {
        "entitled": int(yes.sum()), **counts, "unmet": int(frame["unmet"].sum()),
        "not_known": int(unknown.sum()), "not_entitled": int(np.sum(~yes & ~unknown)),
    }  # fmt: skip
