"""An approved plan as fund movements: what each family's money is, from which fund.

Responsible for turning the payments of a run's plan into commitments with idempotency keys, and what is left of them
into releases. Not responsible for writing them, nor for whether the run is approved
(`povlib.ledger.money.fund_movements` refuses).
"""

from __future__ import annotations

from dataclasses import replace

from povlib import ledger
from povlib.runs.run import Run


def plan_movements(book: ledger.Ledger, run: Run, date: str) -> list[ledger.Movement]:
    """Return one commitment for each household, measure and fund of a run's plan.

    The id is ``commit/<run>/<household>/<measure>/<fund>``: sent twice, it counts once. What was given back before the
    run was approved again is committed again, under that id and the batch of the approval. What opening a co-op costs
    belongs to no household and stands under its own key.

    Parameters
    ----------
    book : Ledger
        Open.
    date : str
        ISO date of the movement.
    """
    chosen = run.plan.chosen
    villages = dict(zip(chosen["hh"].astype(str), chosen["village"].astype(str), strict=True))
    year = run.settings.help_from.year
    movements = []
    decided = ledger.plan_decisions(book)
    approved = decided.loc[(decided["run"] == run.info.run_id) & (decided["decision"] == "approved"), "batch"]
    # as it stood when the run was last approved, so that the same commitments come out however often they are asked for
    kept = ledger.kept_commitments(book, int(approved.max())) if len(approved) > 1 else {}
    # in one order, so that the same plan writes the same batch
    payments = run.plan.payments.sort_values(["hh", "measure", "fund"])[["hh", "measure", "fund", "fen"]]
    for key, measure, fund, amount in payments.astype(object).itertuples(index=False, name=None):
        if amount <= 0:
            continue
        of_household = key in villages
        commitment = ledger.Movement(
            f"commit/{run.info.run_id}/{key}/{measure}/{fund}",
            fund,
            year,
            int(amount),
            date,
            run=run.info.run_id,
            hh=key if of_household else "",
            village=villages.get(key, ""),
            measure=measure if of_household else key,
        )
        movements.append(commitment)
        given_back = int(amount) - kept.get(commitment.purpose, int(amount))
        if given_back > 0:
            again = f"{commitment.id}/{int(approved.max())}"
            movements.append(replace(commitment, id=again, fen=given_back))
    return movements


def movements_back(book: ledger.Ledger, run: Run, date: str) -> list[ledger.Movement]:
    """Return one release for all that is left of each commitment of a run.

    Parameters
    ----------
    book : Ledger
        Open; its last batch enters the ids, so that what is committed again later can be given back again.
    date : str
        ISO date of the movement.
    """
    villages = ledger.read_frame(book, "households").set_index("hh")["village"]
    head = book.head().batch
    return [
        ledger.Movement(
            f"release/{key}/{hh}/{measure}/{fund}/{year}/{head}",
            fund,
            year,
            amount,
            date,
            run=key,
            hh=hh,
            village=str(villages.get(hh, "")),
            measure=measure,
        )
        for (key, hh, measure, fund, year), amount in sorted(ledger.open_commitments(book).items())
        if key == run.info.run_id and amount > 0
    ]
