"""Measures cross-village inspection: rules kept in 10,000 drawn rounds, wrong confirmations, visits against the plan.

Run ``python benchmarks/inspection.py [--write]``: five minutes on one core. ``--write`` makes
``docs/benchmarks/inspection.md``; without it the tables are printed.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd

from povlib.housing.inspection.finite_lists import contradicting_number, visits_needed
from povlib.housing.inspection.public_draw import RoundInputs, draw_round, part_seed
from povlib.housing.inspection.sequential_confirmation import mixture_p_values
from povlib.housing.inspection.visit_lottery import visit_lottery
from povlib.params.procedures.inspection import load_inspection
from povlib.places import DATA

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks" / "inspection.md"
RISK = 0.05
NUMBERS, LINES = 500, 20  # rounds one after another, draws of each one's lottery: 10,000 assignments
LISTS = 10_000


def rules_in_rounds() -> pd.DataFrame:
    """Draw rounds of the practice township one after another and count every rule that a draw breaks."""
    rules = load_inspection(DATA / "sample" / "params")
    villages = [team.village for team in rules.teams]
    km = {a: {b: rules.kilometres(a, b) or 0.0 for b in villages} for a in villages}
    houses = {f"{village}-{k}": village for village in villages for k in range(7)}
    last: tuple[tuple[str, str], ...] = ()
    broken = dict.fromkeys(("own village", "mutual pair", "repeat of the last round", "return of a visit",
                            "not every village once", "chance above the cap"), 0)  # fmt: skip
    seen = expected = variance = 0.0
    worst, passed_over = 0.0, 0
    for number in range(NUMBERS):
        inputs = RoundInputs("r", "l", "s", houses, dict.fromkeys(villages, 1), km, last, rules.cap)
        drawn = draw_round(inputs, str(number))
        passed_over += drawn.attempt
        lottery = visit_lottery(drawn.chances, pd.Series(drawn.chances.index, index=drawn.chances.index))
        broken["chance above the cap"] += int((drawn.chances.to_numpy() > rules.cap + 1e-9).any())
        mean = np.zeros(drawn.chances.shape)
        for line in range(LINES):
            sent = lottery.assignment(part_seed(drawn.seed, f"line {line}"))
            pairs = set(zip(sent["inspector"], sent["village"], strict=True))
            broken["own village"] += any(a == b for a, b in pairs)
            broken["mutual pair"] += any((b, a) in pairs for a, b in pairs)
            broken["repeat of the last round"] += bool(pairs & set(last))
            broken["return of a visit"] += bool({(b, a) for a, b in pairs} & set(last))
            broken["not every village once"] += sorted(b for _, b in pairs) != sorted(villages)
            for a, b in pairs:
                mean[drawn.chances.index.get_loc(a), drawn.chances.columns.get_loc(b)] += 1
        p = drawn.chances.to_numpy().clip(0, 1)
        worst = max(worst, float(np.abs(lottery.probabilities().to_numpy() - p).max()))
        half = np.triu(np.ones_like(p, dtype=bool))  # any fixed half of the pairs: all of them sum to the villages
        seen, expected = seen + mean[half].sum(), expected + LINES * p[half].sum()
        variance += LINES * float((p * (1 - p))[half].sum())
        last = tuple(zip(drawn.visits["by_village"], drawn.visits["village"], strict=True))
    rows = [(name, count) for name, count in broken.items()]
    rows += [("orders of the villages passed over, a round", round(passed_over / NUMBERS, 2)),
             ("largest difference of the lottery's mean from the program's chances", f"{worst:.1e}"),
             ("visits seen in a fixed half of the pairs", int(seen)), ("expected there", round(expected, 1)),
             ("standard error, pairs taken as independent", round(variance**0.5, 1))]  # fmt: skip
    return pd.DataFrame(rows, columns=["of 10,000 assignments", "count"])


def visits_table() -> pd.DataFrame:
    """Return visits until a list is confirmed, watched after every house, beside the plan fixed beforehand."""
    rows = []
    for entries, share in ((85, 0.02), (85, 0.05), (340, 0.02), (340, 0.05), (1000, 0.02)):
        most = contradicting_number(entries, share)
        fixed = visits_needed(entries, most, 0, RISK) or entries
        for wrong in sorted({0, 1, most // 2, most}):
            draw = np.random.default_rng([entries, most, wrong])
            right = np.ones((LISTS, entries), dtype=np.int64)
            right[:, :wrong] = 0
            right = draw.permuted(right, axis=1)
            reached = mixture_p_values(right, entries, most)[:, :-1] <= RISK
            sure = reached.any(axis=1)
            visits = np.where(sure, reached.argmax(axis=1) + 1, entries)
            plan = right[:, :fixed].all(axis=1)
            rows.append((entries, f"{share:.0%}", most, wrong, f"{sure.mean():.3f}", f"{visits.mean():.1f}", fixed,
                         f"{plan.mean():.3f}", f"{np.where(plan, fixed, entries).mean():.1f}"))  # fmt: skip
    names = ["list", "claim", "contradicted by", "truly wrong", "confirmed", "visits, mean", "fixed plan",
             "plan confirms", "plan and full check, mean"]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def _table(frame: pd.DataFrame) -> str:
    lines = ["| " + " | ".join(frame.columns) + " |", "|" + "---|" * len(frame.columns)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in frame.itertuples(index=False)])


def main() -> None:
    """Measure, and print or write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the page")
    write = parser.parse_args().write
    began = time.process_time()
    parts = [
        "# Cross-village inspection, measured",
        "Made by `python benchmarks/inspection.py --write`. "
        "How the draw and the test work: [../inspection.md](../inspection.md).",
        "## Ten thousand assignments of the practice township, round after round\n\n"
        f"{NUMBERS} rounds one after another (each forbids the visits of the one before), "
        f"{LINES} draws of each lottery.",
        _table(rules_in_rounds()),
        "## Visits until a list is confirmed\n\n"
        f"{LISTS} lists a row, watched after every house, risk 5 %. A list that is not confirmed goes to a full check "
        "and counts with all its houses. Where as many are wrong as contradict the claim, `confirmed` is the share of "
        "wrong confirmations: at most .050. The fixed plan confirms when none of its houses is wrong.",
        _table(visits_table()),
    ]
    parts.append(f"{time.process_time() - began:.0f} s of one processor.")
    page = "\n\n".join(parts) + "\n"
    if write:
        PAGE.write_text(page, encoding="utf-8")
    else:
        print(page)


if __name__ == "__main__":
    main()
