"""The same estimates by this package, R survey, R laeken and svy, in one run: digits they share, and time.

    POVLIB_REFERENCE=... python benchmarks/poverty_peers.py

Needs ``Rscript`` with survey (laeken if there) and svy (extra ``bench``); leaves out what is not installed. Prints a
table and writes docs/benchmarks/measurement.md. Seconds are those of the processor, reading files and starting up
left out on every side; they hold on a busy machine, clock times do not.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from poverty_page import machine, timed, write_section

from povlib import poverty

EUSILC = {"income": "eqIncome", "weight": "rb050", "strata": "db040", "cluster": "db030"}
DIMENSIONS = {
    "health": ["d_nutr", "d_cm"],
    "education": ["d_satt", "d_educ"],
    "living": ["d_elct", "d_sani", "d_wtr", "d_hsg", "d_ckfl", "d_asst"],
}
COLUMNS = ["task", "domain", "measure", "estimate", "se"]
DRAWS = 50


def by_r() -> tuple[pd.DataFrame, dict[str, float]]:
    """Run the R script; return its rows and the processor seconds of each task."""
    if not shutil.which("Rscript"):
        return pd.DataFrame(columns=COLUMNS), {}
    script = Path(__file__).with_suffix(".R")
    done = subprocess.run(["Rscript", "--vanilla", str(script)], capture_output=True, text=True, check=True)
    lines = [line for line in done.stdout.splitlines() if line]
    seconds = {line.split(",")[1]: float(line.split(",")[2]) for line in lines if line.startswith("seconds,")}
    rows = "\n".join(line for line in lines if not line.startswith("seconds,"))
    return pd.read_csv(io.StringIO(rows), names=COLUMNS, dtype={"domain": "str"}), seconds


def by_svy(eusilc: pd.DataFrame, survey: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, float]]:
    """Run svy on the same columns."""
    try:
        import polars as pl
        import svy
    except ImportError:
        return pd.DataFrame(columns=COLUMNS), {}
    names = ["fgt0", "fgt1", "fgt2"]
    first = pl.from_dict({c: eusilc[c].to_list() for c in ["db030", "db040", "rb050", *names]})
    censored = [c for c in survey.columns if c.startswith("censored_")]
    second = pl.from_dict(
        {c: survey[c].to_list() for c in ["psu", "stratum", "weight", "region", "H", "M0", *censored]}
    )

    def fgt() -> list[object]:
        sample = svy.Sample(first, svy.Design(stratum="db040", psu="db030", wgt="rb050"))
        return [sample.estimation.mean(names), sample.estimation.mean(names, by="db040")]

    def counting() -> list[object]:
        sample = svy.Sample(second, svy.Design(stratum="stratum", psu="psu", wgt="weight"))
        return [sample.estimation.mean(["H", "M0", *censored], by="region")]

    rows, seconds = [], {}
    for task, run, measures in (("fgt", fgt, names), ("counting", counting, ["H", "M0", *censored])):
        made, seconds[task], _ = timed(run, 2)
        for estimates in made:
            for measure, one in zip(measures, estimates, strict=True):
                for row in one.to_polars().to_dicts():
                    domain = str(row.get("db040", row.get("region", "all")))
                    rows.append([task, domain, measure, row["est"], row["se"]])
    return pd.DataFrame(rows, columns=COLUMNS), seconds


def ours(eusilc: pd.DataFrame, survey: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, float]]:
    """Run this package."""
    names = ["fgt0", "fgt1", "fgt2"]
    relative = ["arop", "rmpg", "gini", "s80s20"]
    how = poverty.Replicates(count=DRAWS, seed=1)
    whole = {"by": "db040", "overall": True}
    design = {"weight": "weight", "strata": "stratum", "cluster": "psu"}
    runs = {
        "fgt": lambda: poverty.measure(eusilc, line=10000, measures=names, **whole, **EUSILC),
        "counting": lambda: poverty.multidimensional(survey, deprivations=DIMENSIONS, k=0.33, by="region", **design),
        "laeken": lambda: poverty.measure(
            eusilc, measures=relative, quantile="midpoint", census=True, **whole, **EUSILC
        ),
        "bootstrap": lambda: poverty.measure(eusilc, measures=["gini"], replicates=how, **whole, **EUSILC),
    }
    tables, seconds = [], {}
    for task, run in runs.items():
        made, seconds[task], _ = timed(run)
        tables.append(made.assign(task=task, domain=made["domain"].astype("str"))[COLUMNS])
    return pd.concat(tables, ignore_index=True), seconds


def digits(mine: pd.Series, theirs: pd.Series) -> str:
    """Return to how many significant digits the numbers agree at worst."""
    both = pd.DataFrame({"mine": mine, "theirs": theirs}).dropna()
    if not len(both):
        return ""
    apart = float((both["mine"] / both["theirs"] - 1).abs().max())
    return f"{min(int(-np.log10(max(apart, 1e-16))), 15)}"


def prepared(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the surveys with the columns that peers need made beforehand."""
    eusilc = pd.read_csv(folder / "eusilc" / "eusilc.csv")
    gap = ((10000 - eusilc["eqIncome"]) / 10000).where(eusilc["eqIncome"] < 10000, 0.0)
    eusilc["fgt0"] = (eusilc["eqIncome"] < 10000).astype(float)
    eusilc["fgt1"], eusilc["fgt2"] = gap, gap**2
    flags = [name for part in DIMENSIONS.values() for name in part]
    survey = pd.read_csv(folder / "mpitb_syn" / "syn_cdta.csv")
    survey = survey[survey["t"] == 1].dropna(subset=flags).reset_index(drop=True)
    score = sum(survey[part].mean(axis=1) / 3 for part in DIMENSIONS.values())
    survey["H"] = (score >= 0.33 - 1e-9).astype(float)
    survey["M0"] = score * survey["H"]
    return eusilc, survey.assign(**{f"censored_{name}": survey[name] * survey["H"] for name in flags})


TITLES = {
    "fgt": "headcount, gap, squared gap, nation and 9 regions, linearised (eusilc)",
    "counting": "Alkire-Foster H, M0, censored headcounts, 20 regions, linearised (mpitb_syn)",
    "laeken": "ARPR, RMPG, Gini, S80/S20, nation and 9 regions, points (eusilc)",
    "bootstrap": f"Gini, nation and 9 regions, {DRAWS} bootstrap replicates (eusilc)",
}


def main() -> int:
    """Compare and write the section."""
    folder = Path(os.environ.get("POVLIB_REFERENCE", ""))
    if not (folder / "eusilc").is_dir():
        print("set POVLIB_REFERENCE to the folder of reference data")
        return 2
    eusilc, survey = prepared(folder)
    mine, my_seconds = ours(eusilc, survey)
    key = ["task", "domain", "measure"]
    lines = [
        "| task | peer | estimates | digits of estimates | digits of errors | ours, s | peer, s | ratio |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, (theirs, seconds) in {"R": by_r(), "svy": by_svy(eusilc, survey)}.items():
        for task, spent in seconds.items():
            both = mine.merge(theirs[theirs["task"] == task], on=key, suffixes=("", "_peer"))
            peer = {"laeken": "R laeken", "bootstrap": "R laeken"}.get(task, "R survey" if name == "R" else name)
            row = [TITLES[task], peer, str(len(both) or ""), digits(both["estimate"], both["estimate_peer"])]
            row += [digits(both["se"], both["se_peer"]), f"{my_seconds[task]:.3f}", f"{spent:.3f}"]
            lines.append("| " + " | ".join([*row, f"{spent / my_seconds[task]:.1f}"]) + " |")
    lines += [
        "",
        f"Seconds of the processor, {machine()};",
        "ratio: peer over ours. Ours also gives what the peer leaves out (A and contributions with errors). Bootstraps",
        "draw differently, so only time is held against laeken there.",
        "Run: `benchmarks/poverty_peers.py`.",
    ]
    print("\n".join(lines))
    write_section(
        "measurement.md", "Measurement: figures measured", "Side by side with R survey, R laeken and svy", lines
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
