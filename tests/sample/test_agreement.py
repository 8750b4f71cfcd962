"""The office's reading of the ledger agrees with the truth wherever no month is missing: two codings of one rule."""

from povlib import ledger, params, poverty
from povlib.calendar import Month
from povlib.params import Settings
from povlib.places import DATA
from povlib.sample import ledger_rows, outcomes, simulate


def test_the_exit_rule_reads_from_the_ledger_what_is_true(tmp_path):
    township, december = simulate(months_after=8), Month(2016, 12)
    rows = ledger_rows(township)
    rows["households"] = rows["households"].drop(columns="size")  # the ledger counts the members itself
    info = ledger.BatchInfo(kind="data", officer="tester", role="load", source_name="sample", month=december)
    with ledger.open(tmp_path / "ledger.sqlite", create=True, synthetic=True, seed=1) as book:
        book.append(info, rows)
        state = ledger.read_state(book)
    found = poverty.assess(state, december, params.load(DATA / "sample" / "params"), Settings()).set_index("hh")
    true = outcomes(township).set_index("hh")
    known = found[found["exits"].notna()]
    assert 0.75 < len(known) / len(found) < 1
    true = true.loc[known.index]
    assert (known["exits"].astype(bool) == true["exits"]).all()
    assert (known["size"] == true["size"]).all()
    # whole yuan a month and source: at most half a yuan for each of some twenty cells a month
    assert (known["income_fen_per_head"] - true["income_fen_per_head"]).abs().max() < 12 * 100
