"""The search: sample, passes, steps, core, check; kept warm for what-ifs.

Responsible for the order of the steps and for when to stop: prices from a resident sample, passes
over everything, corrected capacities while far and Newton steps when near, a core when the prices
leave it little to do, a strict check of everything at the end. The effort is counted; the clock is
only a safety. Not responsible for any step itself.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import numpy as np
import pandas as pd

from povlib.allocation.problem.allocation_problem import MICRO
from povlib.allocation.proof.certificate import UNITS_PER_MICRO, UNITS_PER_PERSON, Certificate
from povlib.allocation.solvers.scale.core_candidates import RECORDED_HOUSEHOLDS, SolvedCore, best_core
from povlib.allocation.solvers.scale.large_plan import CheckedPart, CorePatch, LargePlan, PlanCheck, whole_plan_digest
from povlib.allocation.solvers.scale.partition_sweep import LeastUse, PartitionPass, SweepTables, total_of_sums
from povlib.allocation.solvers.scale.pass_result import PassResult, PricePoint, bfgs_corrected, least_bound_with_more
from povlib.allocation.solvers.scale.pass_runners import Runner, Threads
from povlib.allocation.solvers.scale.resident_sample import ResidentSample, whole_prices
from povlib.allocation.solvers.scale.village_blocks import Blocks
from povlib.arrays import Floats, Ints
from povlib.errors import InfeasiblePlanError, ProblemError, SolverError

#: where a pass costs nothing, the core's own prices are tried too
SECOND_PASS_HOUSEHOLDS = 200_000
#: evaluations for the first prices of a twentieth of the sample, then of all of it, and for each corrected step
SMALL_CALLS, SAMPLE_CALLS, STEP_CALLS = 60, 20, 15
#: passes over everything before the best core is taken as it is (a choice; 300,000 households use all of them)
MOST_PASSES = 8
#: predicted drop of the bound / value: above FAR_DROP the sample is solved again, below NEAR_DROP the core is tried
FAR_DROP, NEAR_DROP = 3e-5, 3e-10
#: part of itself by which a Newton step may change a price: near, and far on the sample
MOST_STEP, FAR_STEP = 0.05, 0.2
#: scores must stay whole in float64
EXACT_FLOAT = 2.0**53


class Session(AbstractContextManager["Session"]):
    """A problem in blocks, opened for solving again and again.

    Parameters
    ----------
    blocks : Blocks
    runner : Runner, optional
        Where passes run; default: threads of this process.
    seed : int
        Of the sample.

    Examples
    --------
    >>> import tempfile
    >>> from povlib.allocation.solvers.scale import Amount, Block, Layout, Row
    >>> layout = Layout(["house"], [(), ("house",)], [Row("fund", 4)], [Amount("bill", "house", {"fund": 1})])
    >>> block = Block([[0.0, 0.0], [5.0, 6.0]], [[2, 3]], [7, 7], [[]])
    >>> with tempfile.TemporaryDirectory() as folder, Session(Blocks.write(folder, layout, [block])) as session:
    ...     plan = session.solve()
    ...     plan.value, plan.choice(0).tolist()
    (6.0, [0, 1])
    """

    def __init__(self, blocks: Blocks, runner: Runner | None = None, *, seed: int = 0) -> None:
        self.blocks = blocks
        self.tables = SweepTables.of(blocks.layout)
        self.seed = seed
        self._open = ExitStack()
        self._threads = self._open.enter_context(Threads())
        self.runner: Runner = runner or self._threads
        self._sample: ResidentSample | None = None
        self._curvature: Floats | None = None
        self._last: PassResult | None = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def sample(self) -> ResidentSample:
        """The resident sample, drawn when first needed."""
        if self._sample is None:
            self._sample = ResidentSample.draw(
                self.runner, self._threads, self.blocks.paths, self.blocks.households, self.tables, self.seed
            )
        return self._sample

    def first_prices(self) -> Ints:
        """Return common prices that fit the sample: first a twentieth of it, then all."""
        sample, capacity = self.sample, self.blocks.layout.capacity.astype(np.float64)
        worth = sum(part.largest_value * part.households for part in self.blocks.parts) * UNITS_PER_MICRO
        scale = np.maximum(0.1 * worth / np.maximum(np.abs(capacity), 1.0) / max(len(capacity), 1), 1.0)
        if not len(capacity):
            return np.zeros(0, dtype=np.int64)
        start = whole_prices(scale)
        start = sample.minimise(start, scale, capacity * sample.small_share, SMALL_CALLS, small=True)
        floor = np.maximum(start.astype(np.float64), 1e-3 * scale)
        return sample.minimise(start, floor, capacity * sample.share, SAMPLE_CALLS)

    def look(self, price: Ints, threshold: float = -0.5, store: Path | None = None) -> PassResult:
        """Pass over everything at these prices: a bound, and its slope in every common price.

        Raises
        ------
        InfeasiblePlanError
            If some village's own rows cannot all be kept, whatever the prices.
        """
        self._stay_exact(price)
        folder = "" if store is None else str(store)
        answers = self.runner.run(PartitionPass(self.tables, price, threshold, folder), self.blocks.paths)
        sums = total_of_sums(answers)
        if sums.states[4]:
            raise InfeasiblePlanError(
                "{n} villages cannot keep their own rows with the packages their households may have: {keys}",
                n=sums.states[4], keys=", ".join(map(str, sums.impossible)),
                remedy="loosen the village's floor, or allow more packages there",
            )  # fmt: skip
        capacity = self.blocks.layout.capacity
        bound = sums.bound + sum(int(p) * int(c) for p, c in zip(price, capacity, strict=True))
        if bound < -sum(part.largest_value * part.households for part in self.blocks.parts) * UNITS_PER_MICRO:
            dear = [row.name for row, p in zip(self.blocks.layout.rows, price, strict=True) if p > 0]
            raise InfeasiblePlanError(
                "no choice of packages keeps these rows together: {keys}", keys=", ".join(dear),
                remedy="loosen one of them, or allow more packages",
            )  # fmt: skip
        slope = np.array([int(c) - u for c, u in zip(capacity, sums.use, strict=True)], dtype=np.float64)
        self._last = PassResult(price, slope, sums, [a.records for a in answers if a.records is not None], bound)
        return self._last

    def _exact_prices(self, price: Ints) -> Ints:
        """Return the prices, halved while scores would not be exact: they grow without end where nothing fits."""
        while price.any() and self._largest(price) >= EXACT_FLOAT:
            price = price // 2
        return price

    def _stay_exact(self, price: Ints) -> None:
        """Refuse numbers whose sums would not be exact in float64."""
        if self._largest(price) >= EXACT_FLOAT:
            raise ProblemError(
                "amounts or values are too large to be exact",
                remedy="count them in a larger unit, or cap what one household may ask",
            )

    def _largest(self, price: Ints) -> float:
        """Return a bound on every household's scores at these prices."""
        tables, parts = self.tables, self.blocks.parts
        rate = np.abs(price).astype(np.float64)
        bill = np.abs(tables.unit_use) @ rate
        for q, measure in enumerate(tables.plan.amount_measure):
            bill[measure] += (np.abs(tables.amount_use[q]) @ rate) * max(part.largest_amount[q] for part in parts)
        most = float((tables.plan.holds @ bill).max(initial=0.0))
        most += max(part.most_override for part in parts) * float(rate.max(initial=0.0))
        most += max(part.largest_value for part in parts) * UNITS_PER_MICRO
        return most

    def solve(
        self, *, gap: float = 0.5, time_limit_s: float = 600.0, warm: dict[str, float] | None = None,
        store: str | Path | None = None, method: str = "priced",
    ) -> LargePlan:  # fmt: skip
        """Find a plan and the prices that prove how good it is.

        Parameters
        ----------
        gap : float
            Persons; says whether the status is "gap".
        warm : dict, optional
            Prices (persons a unit) of an earlier plan.
        store : folder, optional
            Where choices and village prices go; default: "plan" beside the data.

        Raises
        ------
        InfeasiblePlanError
            If a village cannot keep its own rows.
        SolverError
            If no core gives a plan.
        """
        deadline = time.monotonic() + time_limit_s
        folder = Path(store) if store is not None else self.blocks.folder / "plan"
        passed = folder / "pass"
        passed.mkdir(parents=True, exist_ok=True)
        price = self._exact_prices(self._start(warm))
        found, core, passes = self._passes(price, gap, passed, deadline)
        late = time.monotonic() > deadline
        if self.blocks.households <= SECOND_PASS_HOUSEHOLDS and core.price is not None:
            again = self.look(core.price, store=folder)
            found = again if again.bound < found.bound else found
            passes += 1
        for path in self.blocks.paths if found.price is not core.price else ():
            name = f"{path.stem}.price.npy"
            (passed / name).replace(folder / name)
        checked = self._check(core, passed, folder)
        effort = {"passes": passes + 1, "sample_passes": self.sample.calls, "nodes": core.nodes,
                  "core": len(core.picked.household)}  # fmt: skip
        return self._assemble(checked, found, folder, gap, "time" if late else "", effort, method)

    def what_if(
        self, blocks: Blocks, plan: LargePlan, *, gap: float = 0.5, time_limit_s: float = 600.0,
        store: str | Path | None = None,
    ) -> LargePlan:  # fmt: skip
        """Solve the same households under other capacities, warm: last prices, sample and curvature.

        Parameters
        ----------
        blocks : Blocks
            `self.blocks.with_capacities(...)`.
        plan : LargePlan
            Of this session.

        Raises
        ------
        ProblemError
            If the households are not the same.
        """
        if [part.sha256 for part in blocks.parts] != [part.sha256 for part in self.blocks.parts]:
            raise ProblemError("a what-if changes capacities, not households")
        before, calls = self.blocks, self.sample.calls
        self.blocks = blocks
        try:
            folder = Path(store) if store is not None else blocks.folder / "what-if"
            found = self.solve(gap=gap, time_limit_s=time_limit_s, warm=plan.prices, store=folder, method=plan.method)
        finally:
            self.blocks = before
        return replace(found, effort={**found.effort, "sample_passes": self.sample.calls - calls})

    def path(self, row: str, capacities: Sequence[int], *, passes: int = 1) -> pd.DataFrame:
        """Bound what other capacities of one row would bring: one pass a point, each proved.

        Parameters
        ----------
        row : str
            Name of a common row.
        capacities : sequence of int
            In the row's unit; worked through in the order given, each warm from the last.
        passes : int
            Passes a point; after the first the bound is within about 1e-6 of the best.

        Returns
        -------
        DataFrame
            capacity; bound (persons, proved: the least over all prices seen); price of the row
            (persons per unit).

        Raises
        ------
        ProblemError
            If there is no such row.
        """
        names = [other.name for other in self.blocks.layout.rows]
        if row not in names:
            raise ProblemError("{n} keys are not in the table {table}: {keys}", n=1, table="rows", keys=row)
        at, seen = names.index(row), list[PassResult]()
        price = self._last.price if self._last is not None else self.first_prices()
        if self._curvature is None:
            self._curvature = self.sample.curvature(price)
        last = self._last or self.look(price)
        sign = int(self.blocks.layout.sign[at])
        for capacity in capacities:
            slope = last.slope.copy()
            slope[at] += sign * capacity - int(self.blocks.layout.capacity[at])
            price = self._corrected(last.price, slope)
            for _ in range(passes):
                last = self.look(price)
                seen.append(last)
                own = replace(last, slope=last.slope + (np.arange(len(slope)) == at)
                              * float(sign * capacity - int(self.blocks.layout.capacity[at])))  # fmt: skip
                price = self._stepped(own, self._drop(own))
        own_capacity = int(self.blocks.layout.capacity[at])
        rows = [least_bound_with_more(seen, at, sign * capacity - own_capacity) for capacity in capacities]
        return pd.DataFrame(
            {"capacity": list(capacities), "bound": [bound / UNITS_PER_PERSON for bound, _ in rows],
             "price": [float(found.price[at]) / UNITS_PER_PERSON for _, found in rows]}
        )  # fmt: skip

    def _start(self, warm: dict[str, float] | None) -> Ints:
        """Return warm prices, moved by what the sample says about changed capacities, or first prices."""
        if warm is None:
            return self.first_prices()
        names = [row.name for row in self.blocks.layout.rows]
        price = whole_prices(np.array([warm.get(name, 0.0) for name in names]) * UNITS_PER_PERSON)
        if self._last is None:
            return price
        capacity = self.blocks.layout.capacity.astype(np.float64)
        slope = capacity - np.array(self._last.sums.use, dtype=np.float64)
        return self._corrected(self._last.price, slope)

    def _passes(self, price: Ints, gap: float, passed: Path, deadline: float) -> tuple[PassResult, SolvedCore, int]:
        """Pass and step until a core absorbs what the prices leave over."""
        share = min(1.0, RECORDED_HOUSEHOLDS / self.blocks.households)
        threshold = self.sample.margin_of(price, share) if share < 1.0 else np.inf
        if self._curvature is None and share < 1.0:
            self._curvature = self.sample.curvature(price)
        before: PassResult | None = None
        for passes in range(1, MOST_PASSES + 1):
            found = self.look(price, threshold, passed)
            if before is not None and self._curvature is not None:
                self._curvature = bfgs_corrected(self._curvature, before, found)
            before = found
            drop = self._drop(found)
            last = passes == MOST_PASSES or time.monotonic() > deadline
            if drop <= NEAR_DROP * abs(found.sums.value) / 1e6 or share >= 1.0 or last:
                core = best_core(found, self.blocks, self.tables, gap, deadline, strict=not (last or share >= 1.0))
                if core is not None:
                    return found, core, passes
            if last or share >= 1.0:
                break
            price = self._stepped(found, drop)
        raise self._no_plan()

    def _no_plan(self) -> InfeasiblePlanError | SolverError:
        """Say which common rows no choice of packages can keep, if that is why there is no plan."""
        parts = self.runner.run(LeastUse(self.tables), self.blocks.paths)
        least = [sum(column) for column in zip(*parts, strict=True)]
        over = [row.name for row, cap, use in zip(self.blocks.layout.rows, self.blocks.layout.capacity, least,
                strict=True) if use > cap]  # fmt: skip
        if over:
            return InfeasiblePlanError(
                "no choice of packages keeps these rows: {keys}", keys=", ".join(over),
                remedy="loosen one of them, or allow more packages",
            )  # fmt: skip
        return SolverError("no core of nearly tied households gives a plan", remedy="use the exact method")

    def _drop(self, found: PricePoint) -> float:
        """Predicted drop of the bound in persons by a Newton step; infinite where a free row is overused."""
        if self._curvature is None or (found.slope[found.price == 0] < 0).any():
            return np.inf
        return found.drop(self._curvature)

    def _stepped(self, found: PassResult, drop: float) -> Ints:
        """Return the next prices: the sample with corrected capacities while far, Newton when near."""
        if drop > FAR_DROP * abs(found.sums.value) / MICRO or self._curvature is None:
            return self._corrected(found.price, found.slope)
        return found.stepped(self._curvature, MOST_STEP)

    def _corrected(self, price: Ints, slope: Floats) -> Ints:
        """Minimise the sample under capacities that give it the slope of everything at `price`."""
        sample = self.sample
        capacity = sample.use(price) + sample.share * slope
        if self._curvature is None or (slope[price == 0] < 0).any():
            scale = np.maximum(price.astype(np.float64), 1e-3 * float(price.max(initial=1)))
            return sample.minimise(price, scale, capacity, STEP_CALLS)
        best, curvature, before = (np.inf, price), self._curvature, None
        for _ in range(STEP_CALLS):
            sums = sample.sums(price)
            here = PricePoint(price, (capacity - np.array(sums.use, dtype=np.float64)) / sample.share)
            bound = (sums.bound + float(price @ capacity)) / sample.share
            best = min(best, (bound, price), key=lambda pair: pair[0])
            curvature = curvature if before is None else bfgs_corrected(curvature, before, here)
            if here.drop(curvature) <= NEAR_DROP * abs(bound) / UNITS_PER_PERSON:
                break
            before, price = here, here.stepped(curvature, FAR_STEP)
        return best[1]

    def _check(self, core: SolvedCore, passed: Path, folder: Path) -> list[CheckedPart]:
        """Put the core's choices into the plan and test everything, read again."""
        patches: list[CorePatch] = []
        for part in range(len(self.blocks.parts)):
            own = core.picked.part == part
            patches.append((core.picked.household[own], core.package[own]))
        return self.runner.run(PlanCheck(self.tables, str(passed), str(folder)), self.blocks.paths, patches)

    def _assemble(
        self, checked: list[CheckedPart], found: PassResult, folder: Path, gap: float, status: str,
        effort: dict[str, int], method: str,
    ) -> LargePlan:  # fmt: skip
        layout, bound = self.blocks.layout, found.bound
        value = sum(part.value for part in checked) * UNITS_PER_MICRO
        use = np.array([sum(column) for column in zip(*(part.use for part in checked), strict=True)], dtype=np.int64)
        wrong = sum(part.wrong_households + part.wrong_villages for part in checked)
        if wrong or (use > layout.capacity).any() or bound < value:
            raise SolverError("the plan found broke a rule when everything was read again")
        posted = {row.name: int(p) for row, p in zip(layout.rows, found.price, strict=True) if p}
        certificate = Certificate(
            self.blocks.digest, dict(sorted(posted.items())), bound, value,
            plan=whole_plan_digest([part.choice for part in checked], [part.price for part in checked]),
        )  # fmt: skip
        return LargePlan(
            folder=folder, parts=tuple(path.stem for path in self.blocks.paths), value=value / UNITS_PER_PERSON,
            price_bound=bound / UNITS_PER_PERSON, gap=(bound - value) / UNITS_PER_PERSON,
            prices={name: p / UNITS_PER_PERSON for name, p in certificate.prices.items()},
            use={row.name: int(u) for row, u in zip(layout.rows, use * layout.sign, strict=True)},
            status=status or ("gap" if (bound - value) <= gap * UNITS_PER_PERSON else "effort"),
            certificate=certificate, seal=certificate.seal, effort=effort,
            villages=dict(zip(("settled", "mended", "unsure", "broken"), found.sums.states, strict=False)),
            method=method,
        )  # fmt: skip
