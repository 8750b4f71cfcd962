"""Re-prove a plan for millions from the data alone, in whole numbers, without any loop of the search.

Responsible for reading every partition again and finding whatever the plan claims and does not
hold: an altered partition, a household with a package it may not have, a village or common row
broken, a price or a bound altered. NumPy and int64 only. Not responsible for the estimates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from povlib.allocation.proof.certificate import UNITS_PER_MICRO, UNITS_PER_PERSON, exact_sum
from povlib.allocation.proof.verification import Check
from povlib.allocation.solvers.scale.large_plan import (
    LargePlan,
    array_digest,
    common_use_of_choice,
    count_faults,
    value_of_choice,
    whole_plan_digest,
)
from povlib.allocation.solvers.scale.partition import Partition, file_sha256, load_array, read_part
from povlib.allocation.solvers.scale.partition_sweep import SweepTables
from povlib.allocation.solvers.scale.pass_runners import Runner, Threads
from povlib.allocation.solvers.scale.village_blocks import Blocks
from povlib.arrays import Ints
from povlib.errors import Fault


@dataclass(frozen=True)
class PartProof:
    """What one partition of a plan adds up to, read again."""

    sha256: str
    choice: str
    price: str
    wrong_households: int
    wrong_villages: int
    negative: bool
    value: int = 0
    bound: int = 0
    use: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class PartProver:
    """Read one partition of data and plan again."""

    tables: SweepTables
    price: Ints
    folder: str

    def __call__(self, path: Path) -> PartProof:
        """Return sums and digests; no sums where the plan's arrays do not fit the data."""
        part = read_part(path)
        choice: npt.NDArray[np.int8] = load_array(Path(self.folder) / f"{path.stem}.choice.npy")
        price: Ints = load_array(Path(self.folder) / f"{path.stem}.price.npy")
        wrong, broken = count_faults(part, self.tables, choice)
        negative = price.shape != part.capacity.shape or bool((price < 0).any())
        digests = (file_sha256(path), array_digest(choice), array_digest(price))
        if wrong or negative:
            return PartProof(*digests, wrong, broken, negative)
        return PartProof(
            *digests, wrong, broken, negative, value_of_choice(part, choice),
            bound_of_part(part, self.tables, self.price, price),
            tuple(common_use_of_choice(part, self.tables, choice).tolist()),
        )  # fmt: skip


def bound_of_part(part: Partition, tables: SweepTables, price: Ints, village_price: Ints) -> int:
    """Sum of every household's best line plus price x village capacity, units of 1e-12 person."""
    amount_measure, holds = tables.plan.amount_measure, tables.plan.holds
    home = np.repeat(np.arange(len(part.village)), np.diff(part.first))
    rate = tables.amount_use @ price
    bill = np.repeat((tables.unit_use @ price)[:, None], part.households, axis=1)
    for q, amount in enumerate(part.amount):
        bill[amount_measure[q]] += amount * rate[q]
    best = np.full(part.households, np.iinfo(np.int64).min)
    for k in range(part.value.shape[0]):
        line = part.value[k].astype(np.int64) * UNITS_PER_MICRO - (village_price @ tables.village_use[k])[home]
        for m in np.flatnonzero(holds[k]):
            line -= bill[m]
        own = part.override[part.override[:, 1] == k]
        np.subtract.at(line, own[:, 0], own[:, 3] * price[own[:, 2]])
        np.maximum(best, np.where(part.value[k] == part.forbidden, np.iinfo(np.int64).min, line), out=best)
    local = sum(int(p) * int(c) for p, c in zip(village_price.ravel().tolist(), part.capacity.ravel().tolist(),
                strict=True) if p)  # fmt: skip
    return exact_sum(best) + local


def verify_large(plan: LargePlan, blocks: Blocks, runner: Runner | None = None) -> Check:
    """Check a plan against a problem in blocks, reading everything again.

    Examples
    --------
    >>> import tempfile
    >>> from povlib.allocation.solvers.scale import Amount, Block, Layout, Row, Session
    >>> layout = Layout(["house"], [(), ("house",)], [Row("fund", 4)], [Amount("bill", "house", {"fund": 1})])
    >>> block = Block([[0.0, 0.0], [5.0, 6.0]], [[2, 3]], [7, 7], [[]])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     blocks = Blocks.write(folder, layout, [block])
    ...     with Session(blocks) as session:
    ...         verify_large(session.solve(), blocks).ok
    True
    """
    names = [row.name for row in blocks.layout.rows]
    proof, found = plan.certificate, list[Fault]()
    unknown = sorted(set(proof.prices) - set(names))
    for name in unknown:
        found.append(Fault("{name} has a price but is no rule of the problem", "prices", values={"name": name}))
    if any(not isinstance(price, int) or price < 0 for price in proof.prices.values()):
        found.append(Fault("a price is negative or no whole number", "prices"))
    if plan.parts != tuple(path.stem for path in blocks.paths):
        found.append(Fault("the plan's partitions are not those of the problem", "parts"))
    missing = [stem for stem in plan.parts for kind in ("choice", "price")
               if not (plan.folder / f"{stem}.{kind}.npy").exists()]  # fmt: skip
    if missing:
        found.append(Fault("{n} files of the plan are missing", str(plan.folder), values={"n": len(missing)}))
    if found:
        return Check(tuple(found))
    price = np.array([proof.prices.get(name, 0) for name in names], dtype=np.int64)
    task = PartProver(SweepTables.of(blocks.layout), price, str(plan.folder))
    if runner is not None:
        parts = runner.run(task, blocks.paths)
    else:
        with Threads() as threads:
            parts = threads.run(task, blocks.paths)
    return Check(tuple(_plan_faults(plan, blocks, parts, price)), (proof.bound - proof.value) / UNITS_PER_PERSON)


def _plan_faults(plan: LargePlan, blocks: Blocks, parts: list[PartProof], price: Ints) -> list[Fault]:
    """Return every fault of a plan; its sums are looked at only where every partition has them."""
    faults = [*_partition_faults(plan, blocks, parts), *_certificate_faults(plan, blocks, parts)]
    if not any(part.wrong_households or part.negative for part in parts):
        faults += [*_common_row_faults(blocks, parts), *_figure_faults(plan, blocks, parts, price)]
    return faults


def _fault(what: str, where: str, **values: object) -> Fault:
    return Fault(what, where, values=dict(values))


def _partition_faults(plan: LargePlan, blocks: Blocks, parts: list[PartProof]) -> Iterator[Fault]:
    """Yield what is wrong within one partition: its data, its households, its villages, its prices."""
    for stem, file, part in zip(plan.parts, blocks.parts, parts, strict=True):
        if part.sha256 != file.sha256:
            yield _fault("the partition was altered after it was written", file.file)
        if part.wrong_households:
            yield _fault("{n} households have a package they may not have", file.file, n=part.wrong_households)
        if part.wrong_villages:
            yield _fault("{n} villages have a broken row", file.file, n=part.wrong_villages)
        if part.negative:
            yield _fault("a price is negative or no whole number", f"{stem}.price.npy")


def _certificate_faults(plan: LargePlan, blocks: Blocks, parts: list[PartProof]) -> Iterator[Fault]:
    """Yield what shows that the certificate is not that of this problem, these files and this plan."""
    proof = plan.certificate
    if proof.digest != blocks.digest:
        yield _fault("the certificate speaks of another problem", "certificate.digest")
    own = whole_plan_digest([part.choice for part in parts], [part.price for part in parts])
    if proof.plan != own or plan.seal != proof.seal:
        yield _fault("the certificate or the plan was altered after it was made", "certificate.seal")
    if plan.prices != {name: number / UNITS_PER_PERSON for name, number in proof.prices.items()}:
        yield _fault("the prices of the plan are not those of its certificate", "prices")


def _common_row_faults(blocks: Blocks, parts: list[PartProof]) -> Iterator[Fault]:
    """Yield the common rows of which all partitions together use more than there is."""
    used = [sum(column) for column in zip(*(part.use for part in parts), strict=True)]
    for row, use, cap in zip(blocks.layout.rows, used, blocks.layout.capacity.tolist(), strict=False):
        if use > cap:
            yield _fault("{name}: {used} used, {capacity} there is", "rows", name=row.name, used=use, capacity=cap)


def _figure_faults(plan: LargePlan, blocks: Blocks, parts: list[PartProof], price: Ints) -> Iterator[Fault]:
    """Yield which of value, bound and gap are not those of the plan and its prices."""
    proof = plan.certificate
    value = sum(part.value for part in parts) * UNITS_PER_MICRO
    bound = sum(part.bound for part in parts)
    bound += sum(int(p) * int(c) for p, c in zip(price, blocks.layout.capacity, strict=True))
    if proof.value != value or plan.value != value / UNITS_PER_PERSON:
        yield _fault("the value is not that of the plan", "value")
    if proof.bound != bound or plan.price_bound != bound / UNITS_PER_PERSON:
        yield _fault("the bound is not what the prices prove", "price_bound")
    if bound < value:
        yield _fault("the bound is below the value: one of them is wrong", "price_bound")
    if plan.gap != (proof.bound - proof.value) / UNITS_PER_PERSON:
        yield _fault("the gap is not bound less value", "gap")
