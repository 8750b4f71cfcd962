"""What tells two runs apart - data, parameters, decisions, program - and what of the difference follows from each.

Responsible for the attribution: the change of the numbers in two parts that add up (the same plan counted by the
other's estimates; another plan chosen), and, where data and parameters both differ, the run in between that tells
their parts apart (the first's data with the other's parameters): one that is there, or one reckoned in memory. Not
responsible for why a household changed (`changed_households`) or for words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from povlib.runs.comparison.carried_plan import ComparedRun, carried_plan
from povlib.runs.comparison.changed_households import changed_households
from povlib.runs.facts.proposal import plan_outcome
from povlib.runs.office.finished_runs import finished_folders
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.questions.trial import Trial
from povlib.runs.run import Run
from povlib.runs.run_folders import read_run
from povlib.runs.storage.run_identity import code_digest, solver_versions

_SETTINGS = "settings"


@dataclass(frozen=True, eq=False)
class RunDifference:
    """How two runs differ.

    Attributes
    ----------
    data, parameters, decisions, program : bool
        Whether they rest on other rows of the ledger, other values, other pins, or were made by another program
        (its sources, or a solver of another version).
    batches : DataFrame
        Batches of the ledger after the earlier run's data up to the later's: batch, kind, source, officer, reason,
        recorded_at.
    changed_values : DataFrame
        Parameters that differ: key, first, other, first_layer, other_layer (which layer set each, the file where no
        layer did).
    solvers : DataFrame
        Packages of other versions: name, first, other.
    estimated, chosen : float
        Change of additional exits in persons: because the first's plan is counted by the other's estimates; because
        another plan was chosen. Their sum is the whole change.
    money_estimated_fen, money_chosen_fen : int
        The same of new money.
    infeasible : bool
        Whether the first's plan could not be carried out under the other's rules as it stands.
    between : Run or None
        The first's data with the other's parameters, where that tells the two apart and is known.
    by_parameters, by_data : float or None
        Change of additional exits from the first to `between`, and from it to the other; None where not known.
    changed : DataFrame
        `changed_households`.
    """

    data: bool
    parameters: bool
    decisions: bool
    program: bool
    batches: pd.DataFrame
    changed_values: pd.DataFrame
    solvers: pd.DataFrame
    estimated: float
    chosen: float
    money_estimated_fen: int
    money_chosen_fen: int
    infeasible: bool
    between: Run | None
    by_parameters: float | None
    by_data: float | None
    changed: pd.DataFrame

    @property
    def causes(self) -> tuple[str, ...]:
        """What differs, of data, parameters, decisions and program."""
        return tuple(name for name in ("data", "parameters", "decisions", "program") if getattr(self, name))


def run_difference(first: Run, other: Run, *, reckon: bool = False) -> RunDifference:
    """Return how two runs differ and what follows from it.

    Parameters
    ----------
    reckon : bool
        Whether to plan the first's data with the other's parameters in memory (half a minute for a township) where data
        and parameters both differ and no such run is there.
    """
    pair = ComparedRun(first), ComparedRun(other)
    values = changed_values(first, other)
    data = first.info.ledger_head != other.info.ledger_head
    solvers = _other_solvers(first, other)
    program = first.info.code_digest != other.info.code_digest or bool(len(solvers))
    before, after, carried = plan_outcome(first), plan_outcome(other), carried_plan(*pair)
    between = _run_between(first, other, reckon=reckon) if data and len(values) else None
    middle = None if between is None else plan_outcome(between).additional.value
    return RunDifference(
        data=data,
        parameters=bool(len(values)),
        decisions=first.decided.plain() != other.decided.plain(),
        program=program,
        batches=_batches_between(first, other),
        changed_values=values,
        solvers=solvers,
        estimated=carried.additional.value - before.additional.value,
        chosen=after.additional.value - carried.additional.value,
        money_estimated_fen=carried.money_fen - before.money_fen,
        money_chosen_fen=after.money_fen - carried.money_fen,
        infeasible=not carried.feasible,
        between=between,
        by_parameters=None if middle is None else middle - before.additional.value,
        by_data=None if middle is None else after.additional.value - middle,
        changed=changed_households(*pair),
    )


def changed_values(first: Run, other: Run) -> pd.DataFrame:
    """Return the parameters and settings that two runs hold otherwise: key, first, other, first_layer, other_layer."""
    told = [_values_by_key(run) for run in (first, other)]
    layers = [{row.key: row.layer for row in run.resolved.effective} for run in (first, other)]
    rows = []
    for key in sorted(told[0].keys() | told[1].keys()):
        values = [_written(own.get(key)) for own in told]
        if values[0] != values[1]:
            rows.append((key, *values, *(_layer_of(key, own) for own in layers)))
    return pd.DataFrame(rows, columns=["key", "first", "other", "first_layer", "other_layer"])


def _values_by_key(run: Run) -> dict[str, Any]:
    """Return every value of a run by its dotted key: those of the files after every layer, and the settings."""
    files = run.catalogue.documents
    found: dict[str, Any] = {}
    for name in sorted(files):
        found |= dict(_flat(name, files[name].values))
    return found | dict(_flat(_SETTINGS, run.settings.plain()))


def _flat(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the plain values under a key; records of a list go by their own key."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            # a record is called by its file and its own key
            yield from _flat(key if name == "records" else f"{key}.{name}", inner)
    elif isinstance(value, list) and value and all(isinstance(inner, Mapping) for inner in value):
        for number, inner in enumerate(value):
            yield from _flat(f"{key}.{inner.get('key') or inner.get('name') or number}", inner)
    else:
        yield key, value


def _written(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)


def _layer_of(key: str, layers: Mapping[str, str]) -> str:
    return layers.get(key) or (_SETTINGS if key.startswith(f"{_SETTINGS}.") else f"params/{key.partition('.')[0]}.yaml")


def _other_solvers(first: Run, other: Run) -> pd.DataFrame:
    versions = first.info.solver_versions, other.info.solver_versions
    rows = [
        (name, versions[0].get(name, ""), versions[1].get(name, ""))
        for name in sorted(versions[0].keys() | versions[1].keys())
        if versions[0].get(name) != versions[1].get(name)
    ]
    return pd.DataFrame(rows, columns=["name", "first", "other"])


def _batches_between(first: Run, other: Run) -> pd.DataFrame:
    """Return the batches that one run knew and the other did not, oldest first."""
    low, high = sorted((first.info.batch, other.info.batch))
    columns = ["batch", "kind", "source", "officer", "reason", "recorded_at"]
    with open_book(Place(other.office, other.info.synthetic), create=False) as book:
        rows = book.store.rows(
            "select id, kind, source_name, officer, reason, recorded_at from batch where id > ? and id <= ?"
            " order by id",
            (low, high),
        )
    return pd.DataFrame(rows, columns=columns)


def _run_between(first: Run, other: Run, *, reckon: bool) -> Run | None:
    """Return the first's data with the other's parameters: a finished run, or one in memory where that is asked for."""
    wanted = (first.info.ledger_head, other.catalogue.digest, other.settings, dict(other.pins))
    for folder in finished_folders(Place(first.office, first.info.synthetic)):
        run = read_run(folder, first.office)
        info = run.info
        if (info.ledger_head, info.catalogue_digest, info.settings, dict(run.pins)) == wanted:
            return run
    if not reckon or not _made_by_this_program(first, other):
        return None
    # under the other's id: its parameters are read from its folder, whose seal bears that name
    info = replace(other.info, batch=first.info.batch, ledger_head=first.info.ledger_head)
    trial = Trial(other.folder, other.office, info, other.overrides, other.pins)
    trial.__dict__["state"] = first.state
    return trial


def _made_by_this_program(first: Run, other: Run) -> bool:
    """Return whether both runs were made by the program in use: another's numbers are not this one's to split."""
    own = code_digest(), solver_versions()
    return all((run.info.code_digest, run.info.solver_versions) == own for run in (first, other))
