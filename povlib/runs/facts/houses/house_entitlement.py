"""Who is entitled to a safe house and has not begun, whom to ask, and why others are not entitled."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from povlib.housing.entitlement.entitled_households import entitled_households, entitlement_reasons, unmet_counts
from povlib.params import Catalogue
from povlib.report.houses.facts import EntitlementFacts
from povlib.runs.facts.houses.code_words import in_words, unit_in_words
from povlib.support.eligibility_facts import SupportFrames, house_frame
from povlib.vocabulary.register import unsafe_grades
from povlib.words import text

_NOT_BEGUN = ("waiting", "not_listed")
_FEN_PER_YUAN = 100


def entitlement_facts(
    state: SupportFrames, catalogue: Catalogue, planned: pd.DataFrame, names: Mapping[str, str], lang: str
) -> EntitlementFacts | None:
    """Return the entitlement of the registered households; None where no dwelling was written down.

    Parameters
    ----------
    planned : DataFrame
        hh, measure: help with a house in the plan.
    names : mapping
        Names of measures by key.
    """
    if house_frame(state, "dwellings").empty:
        return None
    frame = entitled_households(state, catalogue)
    frame["reason"] = entitlement_reasons(frame, lang)
    counts = unmet_counts(frame)
    given = planned.drop_duplicates("hh").set_index("hh")["measure"]
    nothing = text("nothing", lang)
    yes = frame["entitled"].fillna(False).astype(bool)
    unmet = frame[yes & frame["standing"].isin(_NOT_BEGUN)]
    unknown = frame.loc[frame["entitled"].isna(), ["hh", "village", "reason"]]
    refused = frame[~yes & frame["entitled"].notna() & frame["grade"].isin(unsafe_grades())]
    by_reason = refused.groupby("reason").size().sort_values(ascending=False, kind="stable")
    return EntitlementFacts(
        entitled=counts["entitled"],
        done=counts["done"],
        under_way=counts["under_way"],
        waiting=counts["waiting"],
        not_listed=counts["not_listed"],
        unmet=pd.DataFrame(
            {
                "hh": unmet["hh"],
                "village": unmet["village"],
                "grade": in_words(unmet["grade"], "housing_grade", lang),
                "cause": in_words(unmet["delay_cause"], "delay_cause", lang),
                "measure": [names.get(key, key) if isinstance(key, str) else nothing for key in unmet["hh"].map(given)],
            }
        ).sort_values(["village", "hh"], ignore_index=True),
        unknown=unknown.rename(columns={"reason": "missing"}).sort_values(["village", "hh"], ignore_index=True),
        refused=by_reason.rename_axis("reason").reset_index(name="households"),
    )


def ways_by_cause(catalogue: Catalogue, lang: str) -> dict[str, tuple[str, ...]]:
    """Return the names of the measures that are offered for each cause of delay."""
    causes = sorted({cause for measure in catalogue.measures.values() for cause in measure.causes})
    return {
        cause: tuple(m.names.show(lang) for m in catalogue.measures.values() if m.filled and cause in m.causes)
        for cause in causes
    }


def outliers_in_words(outliers: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return the lines of bills that are out of line: hh, item, stage, said."""
    said = []
    for row in outliers.to_dict("records"):
        price = row["what"] == "price"
        scale = _FEN_PER_YUAN if price else 1
        said.append(
            text(
                "{what} {value} {unit}, like houses {median} ({times} times)",
                lang,
                what=text("unit price", lang) if price else text("quantity", lang),
                value=f"{row['value'] / scale:,.2f}",
                unit=text("yuan", lang) if price else unit_in_words(row["unit"], lang),
                median=f"{row['median'] / scale:,.2f}",
                times=f"{row['times']:.1f}",
            )
        )
    stages = in_words(outliers["stage"], "bill_stage", lang)
    frame = pd.DataFrame({"hh": outliers["hh"], "item": outliers["item"], "stage": stages, "said": said})
    return frame.reset_index(drop=True)
