"""Staggered difference-in-differences by this package and by csdid in one run: the same numbers, and time.

    POVLIB_REFERENCE=... python benchmarks/impact_peers.py

Needs csdid (extra ``bench``). Sixteen variants on mpdta: never- or not-yet-treated controls, with and without a
covariate and weights, varying and universal base; cells and four aggregates with errors. Prints a table and writes
docs/benchmarks/impact.md. Seconds are those of the processor.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from poverty_page import machine, timed, write_section

from povlib import impact

COLUMNS = {"outcome": "lemp", "unit": "countyreal", "period": "year", "cohort": "first"}
KINDS = ("simple", "dynamic", "group", "calendar")
BASES = ("varying", "universal")


def by_csdid(frame: pd.DataFrame, control: str, covariate: str | None, weight: str | None, base: str) -> Any:
    """Return csdid's cells and aggregates."""
    from csdid.att_gt import ATTgt

    formula = f"lemp ~ {covariate}" if covariate else None
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = ATTgt(
            "lemp", "year", "countyreal", "first", data=frame, control_group=[control], xformla=formula,
            weights_name=weight,
        ).fit(est_method="dr", base_period=base, bstrap=False)  # fmt: skip
        made = model.results
        cells = pd.DataFrame(
            {"cohort": made["group"], "period": made["year"], "estimate": made["att"], "se": made["se"]}
        )
        parts = []
        for kind in KINDS:
            one = model.aggte(typec=kind, bstrap=False, cband=False).atte
            rows = [(kind, -999, one["overall_att"], np.ravel(one["overall_se"])[0])]
            if kind != "simple":
                rows += zip(
                    itertools.repeat(kind), one["egt"], np.ravel(one["att_egt"]), np.ravel(one["se_egt"]), strict=False
                )
            parts.append(pd.DataFrame(rows, columns=["kind", "at", "estimate", "se"]))
    return cells, pd.concat(parts, ignore_index=True).astype({"at": "int64"})


def ours(frame: pd.DataFrame, control: str, covariate: str | None, weight: str | None, base: str) -> Any:
    """Return this package's cells and aggregates."""
    covariates = [covariate] if covariate else []
    made = impact.did(frame, covariates=covariates, control=control, weight=weight, base=base, **COLUMNS)
    parts = pd.concat([made.aggregate(kind) for kind in KINDS], ignore_index=True)
    return made.cells.rename(columns={"att": "estimate"}), parts.assign(at=parts["at"].fillna(-999).astype("int64"))


def digits(mine: pd.Series, theirs: pd.Series) -> int:
    """Return to how many significant digits the numbers agree at worst."""
    return min(int(-np.log10(max(float((mine / theirs - 1).abs().max()), 1e-16))), 15)


def main() -> int:
    """Compare and write the section."""
    folder = Path(os.environ.get("POVLIB_REFERENCE", ""))
    if not (folder / "mpdta").is_dir():
        print("set POVLIB_REFERENCE to the folder of reference data")
        return 2
    frame = pd.read_csv(folder / "mpdta" / "mpdta.csv").rename(columns={"first.treat": "first"})
    frame["w"] = np.exp(frame.groupby("countyreal")["lpop"].transform("first") / 3)
    lines = [
        "| controls | covariate | weights | base | cells | digits: cells, errors | aggregates | digits: sums, errors "
        "| ours, s | csdid, s | ratio |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    controls = (("never", "nevertreated"), ("not_yet", "notyettreated"))
    for (mine, theirs), covariate, weight, base in itertools.product(controls, (None, "lpop"), (None, "w"), BASES):
        (cells, parts), spent, _ = timed(lambda m=mine, c=covariate, w=weight, b=base: ours(frame, m, c, w, b), 2)
        (others, totals), peer, _ = timed(
            lambda t=theirs, c=covariate, w=weight, b=base: by_csdid(frame, t, c, w, b), 2
        )
        both = cells.merge(others, on=["cohort", "period"], suffixes=("", "_peer"))
        sums = parts.merge(totals, on=["kind", "at"], suffixes=("", "_peer"))
        assert len(both) == len(cells)
        assert len(sums) == len(parts)
        agree = [f"{digits(t['estimate'], t['estimate_peer'])}, {digits(t['se'], t['se_peer'])}" for t in (both, sums)]
        row = [mine, covariate or "none", weight or "none", base, str(len(both)), agree[0], str(len(sums)), agree[1]]
        lines.append("| " + " | ".join([*row, f"{spent:.3f}", f"{peer:.3f}", f"{peer / spent:.1f}"]) + " |")
    lines += [
        "",
        f"mpdta, analytic errors; seconds of the processor for cells and four aggregates, {machine()};",
        "ratio: csdid over ours. With a universal base csdid also lists the reference cell as 0; ours leaves it out.",
        "Intervals differ by convention: ours take t (Satterthwaite over cohorts), csdid the normal.",
        "Run: `benchmarks/impact_peers.py`.",
    ]
    print("\n".join(lines))
    write_section("impact.md", "Impact: figures measured", "Side by side with csdid", lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
