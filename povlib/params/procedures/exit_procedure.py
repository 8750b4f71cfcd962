"""The exit procedure as configured: its steps in order, and how a household's state in it is shown.

Responsible for reading ``procedure.yaml`` of an office (else the project's). Not responsible for who stands
where in the procedure (`povlib.poverty.households.exit_procedure`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, ValidationError

from povlib.errors import Fault, ParameterError
from povlib.params.kinds import Block, Key, Names, Share, Status, Whole
from povlib.params.procedures.plan_posting import PlanPosting
from povlib.params.reading import read_yaml
from povlib.params.tables import fold_text
from povlib.params.wording import faults_of
from povlib.places import PARAMS

StateKey = Literal["returned", "exited", "posted", "in_procedure", "eligible", "projected", "poor", "unknown"]
POSTED = "posted"


class Step(Block):
    """One step: its names, other spellings, and the days it lasts at least before the next may follow."""

    key: Key
    names: Names
    synonyms: tuple[str, ...] = ()
    days: Whole = 0


class Shown(Block):
    """How a state is shown: names, colour (``#rrggbb``) and a symbol, since colour is never the only cue."""

    key: StateKey
    names: Names
    colour: str = Field(pattern=r"^#[0-9a-fA-F]{6}$")
    symbol: str = Field(min_length=1, max_length=1)


class Procedure(Block):
    """The steps of the exit procedure and the states of a household in it.

    Parameters
    ----------
    likely : share
        From what chance of exit a household counts as projected.
    steps : list of Step
        In order; one is ``posted``, the last marks the exit.
    states : list of Shown
        Every state once.
    plan_posting : PlanPosting
        How a plan is posted before it is approved.
    """

    status: Status
    source: str = Field(min_length=1)
    likely: Share = 0.5
    steps: tuple[Step, ...] = Field(min_length=2)
    states: tuple[Shown, ...]
    plan_posting: PlanPosting

    @property
    def last(self) -> str:
        """Key of the step that ends the procedure."""
        return self.steps[-1].key

    def step(self, words: str) -> Step | None:
        """Return the step that is meant by its key, a name or a synonym; None when unknown.

        Examples
        --------
        >>> load_procedure().step("批准").key, load_procedure().step("吃饭")
        ('approved', None)
        """
        said = fold_text(words)
        for step in self.steps:
            if said in {fold_text(name) for name in (step.key, *step.names.spellings(), *step.synonyms)}:
                return step
        return None

    def shown(self, key: str) -> Shown:
        """Return the names and the symbol a state is shown with; KeyError for an unknown state."""
        return {str(state.key): state for state in self.states}[key]


def load_procedure(folder: Path | str = PARAMS) -> Procedure:
    """Load ``procedure.yaml`` of a folder of parameters, or the project's where it has none.

    Raises
    ------
    ParameterError
        If the file cannot be read or is not well formed: a state twice, two with one symbol, no posting.

    Examples
    --------
    >>> [step.key for step in load_procedure().steps][4:6]
    ['posted', 'approved']
    """
    path = Path(folder) / "procedure.yaml"
    document = read_yaml(path if path.exists() else PARAMS / path.name)
    values = document.values
    if isinstance(values, dict) and "plan_posting" not in values:
        # an office that was made before plans were posted has a file without the rule: the project's own holds
        values = {**values, "plan_posting": read_yaml(PARAMS / path.name).values["plan_posting"]}
    try:
        found = Procedure.model_validate(values)
    except ValidationError as error:
        raise ParameterError(faults_of(error, Procedure, lambda at: document.where(at))) from None
    if faults := list(_procedure_faults(found, document.name)):
        raise ParameterError(faults)
    return found


def _procedure_faults(found: Procedure, name: str) -> Iterator[Fault]:
    """Yield what is doubled or missing among steps, states and symbols."""
    listed = {
        "steps": ([step.key for step in found.steps], (POSTED,)),
        "states": ([str(state.key) for state in found.states], get_args(StateKey)),
        "symbols": ([state.symbol for state in found.states], ()),
    }
    for part, (keys, needed) in listed.items():
        twice = sorted({key for key in keys if keys.count(key) > 1})
        yield from (Fault("{key} stands here twice", f"{name}: {part}", values={"key": key}) for key in twice)
        missing = [key for key in needed if key not in keys]
        yield from (Fault("{key} is missing", f"{name}: {part}", values={"key": key}) for key in missing)
