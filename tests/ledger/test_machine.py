"""A machine of random acts against a plain dict: what was known as of a batch never changes."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

import povlib.ledger as ledger
from povlib.calendar import Month
from povlib.errors import LedgerError

JANUARY = Month(2016, 1)
HOUSEHOLDS = st.sampled_from(["001", "002", "003"])
MONTHS = st.integers(0, 3).map(lambda k: (JANUARY + k).ordinal)
WAGES = st.one_of(st.none(), st.integers(-5, 5))
STATUS = st.sampled_from(["未脱贫", "预脱贫", "已脱贫", "返贫"])


class LedgerMachine(RuleBasedStateMachine):
    """Each rule does the same to a ledger and to a dict; `snapshots` is what each batch left behind."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "l.sqlite"
        self.book = ledger.open(self.path, create=True, seed=3)
        self.obs: dict[tuple[str, int], int | None] = {}
        self.status: dict[str, str] = {}
        self.snapshots = [self.known()]
        self.acts = 0

    def known(self) -> tuple[dict, dict]:
        return dict(self.obs), dict(self.status)

    def done(self, batch: ledger.Batch) -> None:
        assert batch.added
        assert batch.id == len(self.snapshots)
        self.snapshots.append(self.known())

    @rule(hh=HOUSEHOLDS, status=STATUS, late=st.integers(0, 3))
    def register(self, hh, status, late):
        frame = pd.DataFrame({"hh": [hh], "village": ["甲"], "status": [status]})
        month = JANUARY + max(late, getattr(self, "latest", 0))
        self.latest = max(late, getattr(self, "latest", 0))
        self.status[hh] = status
        self.done(self.book.append(ledger.BatchInfo(month=month), {"households": frame}))

    @precondition(lambda self: self.status)
    @rule(rows=st.dictionaries(st.tuples(HOUSEHOLDS, MONTHS), WAGES, min_size=1, max_size=5))
    def observe(self, rows):
        rows = {key: wage for key, wage in rows.items() if key[0] in self.status}
        frame = pd.DataFrame([(*key, wage) for key, wage in rows.items()], columns=["hh", "month", "wage_fen"])
        frame = frame.astype({"hh": "str", "month": "int64", "wage_fen": "Int64"})
        self.obs.update(rows)
        self.done(self.book.append(ledger.BatchInfo(), {"observations": frame}))

    @precondition(lambda self: self.obs)
    @rule(data=st.data())
    def retract(self, data):
        hh, month = data.draw(st.sampled_from(sorted(self.obs)))
        del self.obs[hh, month]
        info = ledger.BatchInfo(reason="r")
        self.done(ledger.retract(self.book, "observations", pd.DataFrame({"hh": [hh], "month": [month]}), info))

    @rule(hh=HOUSEHOLDS)
    def refused(self, hh):
        frame = pd.DataFrame({"hh": [hh, "404"], "month": JANUARY.ordinal})
        with pytest.raises(LedgerError):
            self.book.append(ledger.BatchInfo(), {"observations": frame})

    @rule()
    def reopen(self):
        self.book.close()
        self.book = ledger.open(self.path)

    @rule()
    def promise(self):
        self.done(self.book.append(ledger.BatchInfo(kind="approval")))

    @rule()
    def restore_a_backup(self):
        kept, back = (self.path.with_name(f"{self.acts}-{name}.sqlite") for name in ("kept", "back"))
        self.acts += 1
        ledger.backup(self.book, kept)
        self.book.close()
        ledger.restore(kept, back)
        self.path, self.book = back, ledger.open(back)

    @rule(data=st.data())
    def as_of_never_changes(self, data):
        number = data.draw(st.integers(0, len(self.snapshots) - 1))
        state = ledger.read_state(self.book, number)
        assert told(state) == self.snapshots[number]

    @invariant()
    def now_is_now(self):
        assert self.book.head().batch == len(self.snapshots) - 1

    def teardown(self):
        for number, snapshot in enumerate(self.snapshots):
            assert told(ledger.read_state(self.book, number)) == snapshot
        assert ledger.check(self.book).ok
        self.book.close()
        self.folder.cleanup()


def told(state: ledger.State) -> tuple[dict, dict]:
    rows = state.observations
    wages = [None if pd.isna(wage) else int(wage) for wage in rows["wage_fen"]]
    obs = dict(zip(zip(rows["hh"], rows["month"], strict=True), wages, strict=True))
    return obs, dict(zip(state.households["hh"], state.households["status"], strict=True))


QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def test_short():
    run_state_machine_as_test(LedgerMachine, settings=settings(max_examples=2, stateful_step_count=12, **QUIET))


@pytest.mark.thorough
@pytest.mark.parametrize("walks", [2, pytest.param(5, marks=pytest.mark.slow)])
def test_walks_of_fifty_steps(walks):
    run_state_machine_as_test(LedgerMachine, settings=settings(max_examples=walks, stateful_step_count=50, **QUIET))


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_ten_thousand_steps():
    run_state_machine_as_test(LedgerMachine, settings=settings(max_examples=100, stateful_step_count=100, **QUIET))
