"""How the ledger grows: a township (1,000 households x 36 months) and a province (1,000,000 x 12).

Run ``python benchmarks/ledger_scale.py`` for the township, ``--province`` for the province, or give
``--households`` and ``--months``. Prints one line a figure, with the promise beside it; ``--record``
writes them into ``docs/benchmarks/ledger.md``. Synthetic rows with a fixed seed; nothing else is kept.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from record import Figure, record

import povlib.ledger as ledger
from povlib.calendar import Month

START = Month(2016, 1)


def register(households: int) -> pd.DataFrame:
    hh = pd.Series(np.char.mod("%010d", np.arange(households)), dtype="str")
    village = pd.Series(np.char.mod("村%05d", np.arange(households) // 30), dtype="str")
    frame = pd.DataFrame({"hh": hh, "village": village, "status": "未脱贫", "cause": "因病", "house_area_m2": 60.5})
    return frame.assign(identified_month=START.ordinal - 24, helper_assigned=True, objects=False)


def people(hh: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"person": hh + "-1", "hh": hh, "sex": "女", "birth": START.ordinal - 480})


def month_rows(hh: pd.Series, month: Month, seed: int) -> pd.DataFrame:
    drawn = np.random.default_rng(seed)
    n = len(hh)
    money = {
        f"{name}_fen": drawn.integers(0, 500_000, n) for name in ("wage", "business", "property", "one_off", "cost")
    }
    kept = {
        name: np.ones(n, dtype="int64") for name in ("food", "clothing", "schooling", "medical", "housing", "water")
    }
    return pd.DataFrame({"hh": hh, "month": month.ordinal, **money, **kept, "flag": "observed"})


def timed(act: Callable[[], object], times: int = 1) -> tuple[float, float]:
    """Return the median seconds of an act: by the clock, and of this process (all its threads)."""
    taken, worked = [], []
    for _ in range(times):
        start, cpu = time.perf_counter(), time.process_time()
        act()
        taken.append(time.perf_counter() - start)
        worked.append(time.process_time() - cpu)
    return statistics.median(taken), statistics.median(worked)


FIGURES: list[Figure] = []


def say(what: str, seconds: tuple[float, float], promise_s: float) -> None:
    scale, unit = (1000, "ms") if promise_s < 1 else (1, "s")
    figure = Figure(what, seconds[0] * scale, promise_s * scale, unit)
    FIGURES.append(figure)
    said = f"{what:<44} {seconds[0]:9.4f} s  (CPU {seconds[1]:8.4f} s)"
    print(f"{said}  promised <= {promise_s:g} s  {figure.holds}", flush=True)


def say_size(what: str, mebibytes: float) -> None:
    FIGURES.append(Figure(what, mebibytes, unit="MiB"))
    print(f"{what:<44} {mebibytes:,.0f} MiB")


def most_memory() -> float:
    """Return the most memory that this process ever held, MiB."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def fill(book: ledger.Ledger, households: int, months: int) -> pd.Series:
    frame = register(households)
    book.append(ledger.BatchInfo(month=START), {"households": frame, "members": people(frame["hh"])})
    for at in range(months):
        rows = month_rows(frame["hh"], START + at, at)
        book.append(ledger.BatchInfo(source_name=f"{at}.xlsx", month=START + at), {"observations": rows})
    return frame["hh"]


def township(folder: Path, households: int, months: int) -> None:
    with ledger.open(folder / "l.sqlite", create=True, seed=1) as book:
        hh = fill(book, households, months)
        hidden = identities(hh)
        say("seal a name and a number a household", timed(lambda: book.append(ledger.BatchInfo(), hidden)), 0.1)
        acts = register_acts(book, hh, months, folder)
        acts |= money_acts(book, hh, START + months + 150)
        for what, act in acts.items():
            turn = iter(range(100))
            act(next(turn))
            say(what, timed(lambda act=act, turn=turn: act(next(turn)), 7), 0.1)


def identities(hh: pd.Series) -> dict[str, pd.DataFrame]:
    name = pd.DataFrame({"person": hh + "-1", "kind": "name", "value": "测试" + hh})
    number = name.assign(kind="id_number", value="9999" + hh + "0000")
    return {"identity": pd.concat([name, number], ignore_index=True)}


def register_acts(
    book: ledger.Ledger, hh: pd.Series, months: int, folder: Path
) -> dict[str, Callable[[int], object]]:  # fmt: skip
    """Return what is read from and done to the register and the months; each takes its turn's number.

    Reading comes first: it meets exactly the months asked for.
    """

    def append(at: int) -> None:
        month = START + months + at
        book.append(ledger.BatchInfo(month=month), {"observations": month_rows(hh, month, at)})

    def correct(at: int) -> None:
        change = pd.DataFrame({"hh": [hh[7]], "month": START.ordinal, "wage_fen": [at + 1]})
        ledger.correct(book, "observations", change, ledger.BatchInfo(reason="bench"))

    def retract(at: int) -> None:
        gone = pd.DataFrame({"hh": [hh[at]], "month": [START.ordinal]})
        ledger.retract(book, "observations", gone, ledger.BatchInfo(reason="bench"))

    info = ledger.BatchInfo(officer="bench", reason="bench")
    return {
        "read_state, everything": lambda _: ledger.read_state(book),
        "read_state as of batch 10": lambda _: ledger.read_state(book, 10),
        "read_state, one month": lambda _: ledger.read_state(book, months=(START, START)),
        "history of a household": lambda _: ledger.history(book, str(hh[7])),
        "summary of a month": lambda _: ledger.summarise(book, START),
        "look for duplicates": lambda _: ledger.duplicates(book),
        "check": lambda _: ledger.check(book),
        "backup, verified": lambda at: ledger.backup(book, folder / f"{at}.b"),
        "head": lambda _: book.head(),
        "show one name": lambda at: ledger.unmask(book, [str(hh[at]) + "-1"], ("name",), "bench", info),
        "close a month": lambda at: ledger.close_month(book, START + at, info),
        "correct one row": correct,
        "retract one row": retract,
        "append a month": append,
        "erase a person": lambda at: ledger.erase(book, str(hh[20 + at]) + "-1", "law", info),
    }


def money_acts(book: ledger.Ledger, hh: pd.Series, due: Month) -> dict[str, Callable[[int], object]]:
    """Return what is done with promises and funds: one movement a household in every turn."""
    info = ledger.BatchInfo(officer="bench", reason="bench")
    promised = pd.DataFrame({"kind": "household", "hh": hh, "p": 0.5})
    grant = ledger.Movement("g", "industry", 2016, 10**12, "2016-03-01")

    def moves(kind: str, at: int) -> list[ledger.Movement]:
        about = {"run": f"run-{at}", "village": "村00000", "measure": "cattle"}
        return [
            ledger.Movement(f"{kind}{at}-{one}", "industry", 2016, 100, "2016-06-01", hh=one, **about) for one in hh
        ]

    def approve(at: int) -> None:
        ledger.record_promises(book, f"run-{at}", promised.assign(due_month=(due + at).ordinal), info)

    outcomes = pd.DataFrame({"hh": hh, "outcome": 1.0, "basis": "bench"})
    return {
        "appropriate": lambda at: ledger.appropriate(book, [replace(grant, id=f"g{at}")], info),
        "approve and promise for everybody": approve,
        "commit for everybody": lambda at: ledger.commit(book, moves("c", at), info),
        "pay everybody": lambda at: ledger.pay(book, moves("p", at), info),
        "reverse a payment": lambda at: ledger.reverse(book, [f"p0-{hh[at]}"], "2016-07-01", info),
        "balances by village and measure": lambda _: ledger.balances(book, by=("village", "measure")),
        "score every promise": lambda at: ledger.score_promises(book, due + at, outcomes, info),
        "promises with their scores": lambda _: ledger.promises(book),
    }


def province(folder: Path, households: int, months: int) -> None:
    path = folder / "l.sqlite"
    with ledger.open(path, create=True, seed=1) as book:
        made = timed(lambda: [month_rows(register(households)["hh"], START, 0) for _ in range(1)])
        print(f"(making the frames takes {made[0]:.1f} s a month, counted in the load)")
        hh: list[pd.Series] = []
        say(f"load {households:,} x {months}", timed(lambda: hh.append(fill(book, households, months))), 60)
        say_size("file after the load", path.stat().st_size / 2**20)
        say_size("most memory while loading", most_memory())
        middle = START + months // 2
        say("one month as of now into pandas", timed(lambda: read_month(book, middle), 3), 2)
        say("one month as of a batch in the middle", timed(lambda: read_month(book, middle, months // 2 + 2), 3), 2)
        say("history of a household", timed(lambda: ledger.history(book, str(hh[0][households // 2])), 5), 0.02)
        say("check", timed(lambda: ledger.check(book)), 30)
        say_size("most memory of all of it", most_memory())


def read_month(book: ledger.Ledger, month: Month, as_of: int | None = None) -> pd.DataFrame:
    return ledger.read_frame(book, "observations", as_of, months=(month, month))


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--households", type=int)
    reader.add_argument("--months", type=int)
    reader.add_argument("--province", action="store_true")
    reader.add_argument("--record", action="store_true")
    given = reader.parse_args()
    size = (1_000_000, 12) if given.province else (1_000, 36)
    households, months = given.households or size[0], given.months or size[1]
    with tempfile.TemporaryDirectory() as folder:
        (province if given.province else township)(Path(folder), households, months)
    if given.record:
        how = (
            "`python benchmarks/ledger_scale.py"
            + (" --province`" if given.province else "`")
            + ", nothing else running"
        )
        record("ledger", "Ledger: time and memory", f"{households:,} households x {months} months", how, FIGURES)


if __name__ == "__main__":
    main()
