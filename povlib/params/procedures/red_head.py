"""The red head of an office's issued papers, as configured: organ, number, signer, addressee, copies.

Responsible for reading ``red-head.yaml`` of an office's own place, which is there only where the office issues papers
under its red head (GB/T 9704-2012). It changes no figure, so it lies outside ``params``. Not responsible for layout.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from povlib.errors import Fault
from povlib.params.kinds import Block
from povlib.params.procedures.whole_file import whole_file

FILE = "red-head.yaml"
_TEXT = Annotated[str, Field(max_length=60)]


class RedHead(Block):
    """What stands around a paper that an office issues.

    Parameters
    ----------
    organ : str
        Who issues it, in full, as it stands in red and under the text.
    mark : str
        Short mark of the organ before the number (平扶); empty: the number is left for the pen.
    numbers : dict
        Run -> number of its paper in the year; a run that is not named has a gap for the pen.
    signer : str
        Who signs a paper to a higher organ; empty: the paper goes to lower or equal ones, and names nobody.
    addressed : str
        To whom it goes.
    copies : tuple of str
        Who receives a copy.
    printed_by : str
        Who prints and sends it; empty: the organ's office is not named.

    Examples
    --------
    >>> head = RedHead(organ="某乡人民政府", mark="某政", numbers={"1ad64f": 8}, addressed="各村民委员会")
    >>> head.number_of("1ad64faad001"), head.number_of("77")
    (8, None)
    """

    organ: Annotated[str, Field(min_length=1, max_length=40)]
    mark: _TEXT = ""
    numbers: dict[str, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    signer: _TEXT = ""
    addressed: Annotated[str, Field(min_length=1, max_length=60)]
    copies: tuple[_TEXT, ...] = ()
    printed_by: _TEXT = ""

    def number_of(self, run: str) -> int | None:
        """Return the number of a run's paper; None where it was not given yet."""
        return next((number for name, number in self.numbers.items() if run.startswith(name)), None)


def load_red_head(folder: Path) -> RedHead | None:
    """Return the red head of an office's place; None where the office has none.

    Raises
    ------
    ParameterError
        If the file is there and cannot be used, naming the line and what may stand there.
    """
    if not (folder / FILE).is_file():
        return None
    return whole_file(folder, FILE, RedHead, _own_faults)


def _own_faults(head: RedHead) -> list[Fault]:
    short = [name for name in head.numbers if len(name) < 6]
    return [
        Fault("{name} may be the beginning of many runs", where=f"{FILE}: numbers", values={"name": name},
              remedy="write at least six letters of the run")
        for name in short
    ]  # fmt: skip
