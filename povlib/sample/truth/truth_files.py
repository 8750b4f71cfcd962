"""The truth files: what is true behind the workbooks, apart from what an office would see.

Responsible for tables and files under ``truth/``; tests and reviews read them, a plan never does. Every row says
that it is synthetic.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from povlib.calendar import Month
from povlib.sample.help.true_effects import true_effect, would_take
from povlib.sample.housing.drawn_photos import photo_list
from povlib.sample.housing.house_bills import planted_bills
from povlib.sample.housing.house_standing import list_truth
from povlib.sample.housing.site_records import works_truth
from povlib.sample.office.village_survey import survey
from povlib.sample.office.village_workbooks import write_workbooks
from povlib.sample.township import MOST_MONTHS_AFTER, Township, simulate
from povlib.sample.truth.income_process import GUARANTEES
from povlib.sample.truth.plan_outcomes import exit_probability, outcomes

_HORIZON = 8  # months from the plan of 2016-05 to the end of its year


def truth_tables(
    township: Township, *, replicates: int = 200, progress: Callable[[str, float], None] | None = None
) -> dict[str, pd.DataFrame]:
    """Return the truth by table.

    households: latent level, true income of the last twelve months and of the plan year without new help, true chance
    of exit without new help. effects: the true effect of every measure on every household, given or not. measures:
    means and spreads. changes: who came and who left. works: the true finishing day of
    every house. house_list: what an inspector finds. bills, photos: what was put out of line.
    """
    return {
        "households": _household_truth(township, replicates, progress),
        "effects": _effect_truth(township),
        "measures": _measure_truth(township),
        "changes": _population_changes(township),
        "shareholdings": pd.DataFrame(township.world.raw["shareholdings"]),
        "survey": survey(township),
        "works": works_truth(township),
        "house_list": list_truth(township),
        "bills": planted_bills(township),
        "photos": photo_list(township).drop(columns="row"),
    }


def write_truth(
    township: Township,
    folder: Path | str,
    *,
    replicates: int = 200,
    progress: Callable[[str, float], None] | None = None,
) -> list[Path]:
    """Write the truth tables as CSV (UTF-8, one column saying 合成数据) and return the files.

    Parameters
    ----------
    replicates : int
        Draws behind the true chances of exit; their error is at most 0.5 / sqrt(replicates).
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    files = []
    for name, frame in truth_tables(township, replicates=replicates, progress=progress).items():
        path = target / f"{name}.csv"
        frame.assign(note=township.world.banner).to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
        files.append(path)
    return files


def _household_truth(
    township: Township, replicates: int, progress: Callable[[str, float], None] | None
) -> pd.DataFrame:
    frame = township.households
    now = outcomes(township, Month.from_ordinal(township.world.last_seen))
    later = outcomes(_through_horizon(township))
    return pd.DataFrame(
        {
            "hh": frame["hh"],
            "registered": frame["registered"].astype(int),
            "level_yuan_per_head": frame["level"].round(2),
            "income_fen_per_head_now": now["income_fen_per_head"],
            "income_fen_per_head_2016": later["income_fen_per_head"],
            "guarantees_hold_2016": later[list(GUARANTEES)].all(axis=1).astype(int),
            "exits_2016": later["exits"].astype(int),
            "p_exit_2016": exit_probability(township, replicates=replicates, progress=progress).round(4),
            "returned": frame["returned"].astype(int),
        }
    )


def _through_horizon(township: Township) -> Township:
    return replace(township, last=max(township.last, township.world.last_seen + _HORIZON))


def _effect_truth(township: Township) -> pd.DataFrame:
    w, frame = township.world, township.households
    first = township.spells[township.spells["taken"]].groupby(["measure", "row"])["start"].min()
    parts = []
    for key, measure in w.measures.items():
        if not (measure.yuan or measure.share):
            continue
        start = first.loc[key].reindex(range(len(frame))) if key in first.index.get_level_values(0) else np.nan
        take = np.ones(len(frame)) if measure.of_person else would_take(measure, len(frame), township.seed, w)
        parts.append(
            pd.DataFrame(
                {
                    "hh": frame["hh"],
                    "measure": key,
                    "source": measure.source,
                    "effect": true_effect(measure, frame, township.seed, w).round(6),
                    "unit": "yuan_per_month" if measure.yuan else "share",
                    "would_take": np.asarray(take, dtype=int),
                    "given_from": start,
                }
            )
        )
    out = pd.concat(parts, ignore_index=True)
    out["given_from"] = [None if pd.isna(m) else str(Month.from_ordinal(int(m))) for m in out["given_from"]]
    return out.sort_values(["measure", "hh"], ignore_index=True)


def _measure_truth(township: Township) -> pd.DataFrame:
    rows = [
        {
            "measure": m.key,
            "name": m.zh,
            "kind": m.kind,
            "source": m.source,
            "mean_yuan_per_month": m.yuan,
            "mean_share": m.share,
            "relative_sd": m.sd,
            "by_schooling": m.skill,
            "delay_months": m.delay,
            "decay_per_year": m.decay,
            "takeup": m.takeup,
            "displaces_wage_share": m.displaces,
            "dividend_yuan_per_year": m.dividend_yuan,
            "lost_per_month": m.lost,
        }
        for m in township.world.measures.values()
    ]
    return pd.DataFrame(rows)


def _population_changes(township: Township) -> pd.DataFrame:
    """Births, deaths and moves of the months of data and the eight months after."""
    people = township.members
    last = township.world.last_seen + _HORIZON
    first = township.world.first_month.ordinal
    keys = township.households["hh"].to_numpy()[people["row"]]
    parts = []
    for what, column in (("出生", "joined"), ("离开", "left")):
        month = people[column].to_numpy()
        mine = (month >= first) & (month <= last) & (month < township.world.last_seen + MOST_MONTHS_AFTER)
        parts.append(
            pd.DataFrame(
                {
                    "hh": keys[mine],
                    "person": people["person"].to_numpy()[mine],
                    "change": what,
                    "month": [str(Month.from_ordinal(int(m))) for m in month[mine]],
                }
            )
        )
    return pd.concat(parts, ignore_index=True).sort_values(["month", "person"], ignore_index=True)


def write_sample(folder: Path | str, *, households: int = 340, seed: int = 2016, months_after: int = 0,
                 progress: Callable[[str, float], None] | None = None) -> list[Path]:  # fmt: skip
    """Write the whole sample, workbooks with their photos and truth, under `folder`: what ``povlib sample`` does.

    Parameters
    ----------
    folder : path
        Gets ``workbooks/``, ``workbooks/photos/`` and ``truth/``.
    """
    township = simulate(households, seed, months_after)
    files = write_workbooks(township, Path(folder) / "workbooks")
    files += sorted((Path(folder) / "workbooks" / "photos").iterdir())
    return files + write_truth(township, Path(folder) / "truth", progress=progress)
