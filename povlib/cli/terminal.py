"""What is drawn on the terminal: tables whose columns line up, and one progress bar a command.

Responsible for columns that line up when Chinese stands beside figures. Not responsible for what they say.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from povlib.cli.signs_of_life import say_what_runs, shown_by_a_bar
from povlib.words import text

if TYPE_CHECKING:
    import pandas as pd

    from povlib.errors import Fault
    from povlib.runs import Place

Progress = Callable[[str, float], None]

# a choice: longer texts would push the columns after them off the screen; what must be read whole is printed as a line
_CELL_WIDTH = 40
#: faults printed for one form, more than a village mistypes in one
FAULTS_SHOWN = 20
# bars keep to the width that every terminal has
_BAR_WIDTH = 80
# what begins a line that tells progress to a program (``POVLIB_PROGRESS=lines``): percent, a tab, the stage
_RECORD_SEPARATOR = "\x1e"


def print_table(frame: pd.DataFrame) -> None:
    """Print a frame without its index; what is not known stays blank.

    Examples
    --------
    >>> import pandas as pd
    >>> print_table(pd.DataFrame({"村": ["联胜"], "n": [3]}))
      村  n
    联胜  3
    """
    import pandas as pd

    with pd.option_context("display.unicode.east_asian_width", True):
        print(frame.to_string(index=False, na_rep="", max_colwidth=_CELL_WIDTH))


# a township's papers of every kind in two languages are some two hundred files; annexes of a county are thousands
_MOST_PATHS, _PATHS_SHOWN = 300, 20


def print_paths(paths: list[Path]) -> None:
    """Print the files that were written, as seen from the current folder; the first of some hundred, and how many."""
    shown = paths if len(paths) <= _MOST_PATHS else paths[:_PATHS_SHOWN]
    for path in shown:
        print("  → " + short_path(path))
    if len(paths) > len(shown):
        print("  " + text("... and {n} more", n=len(paths) - len(shown)))


def print_refused_form(file: str, faults: Sequence[Fault]) -> None:
    """Say that a form was refused whole and what is wrong with it, the first faults of many."""
    print("✗ " + text("{file}: refused, and nothing of it was recorded.", file=file), file=sys.stderr)
    for fault in faults[:FAULTS_SHOWN]:
        print("  " + fault.show(), file=sys.stderr)
    if len(faults) > FAULTS_SHOWN:
        print("  " + text("... and {n} more", n=len(faults) - FAULTS_SHOWN), file=sys.stderr)


def print_deposit(place: Place, occasion: str, subject: str) -> None:
    """Print where the head of an occasion was deposited, with its code, and that a copy belongs elsewhere."""
    from povlib.ledger import short_code
    from povlib.runs.office.head_deposits import find_deposit

    deposited = find_deposit(place, occasion, subject)
    if deposited is not None:
        head = deposited[1].head
        print(text("Head {head}, code {code}, signed and deposited:", head=str(head), code=short_code(head)))
        print_paths([deposited[0]])
        print("  " + text("Print or mail this file: only a copy elsewhere can tell if the ledger is rewritten."))


def short_path(path: Path) -> str:
    """Return a path as seen from the current folder, in full when it lies outside."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


@contextmanager
def progress_bar(total_stages: int) -> Iterator[Progress]:
    """Show one bar over `total_stages` stages; yields ``report(stage, share_done)``.

    Stages arrive in any words the caller likes; each new name moves the bar one stage on.
    """
    from tqdm import tqdm

    names: list[str] = []
    told_to_a_program = os.environ.get("POVLIB_PROGRESS") == "lines"
    layout = "{desc} {bar} {percentage:3.0f}% {elapsed}"
    with (
        tqdm(total=100, bar_format=layout, file=sys.stderr, leave=False, disable=None, ncols=_BAR_WIDTH) as bar,
        shown_by_a_bar() if told_to_a_program or not bar.disable else nullcontext(),
    ):

        def report(stage: str, share: float) -> None:
            if stage not in names:
                names.append(stage)
            done = 100 * min((names.index(stage) + min(share, 1.0)) / max(total_stages, len(names)), 1.0)
            say_what_runs(stage)
            if told_to_a_program:
                print(f"{_RECORD_SEPARATOR}{max(bar.n, done):.0f}\t{stage}", file=sys.stderr, flush=True)
            bar.set_description_str(stage)
            # never backwards, also when more stages arrive than were announced
            bar.n = max(bar.n, done)
            bar.refresh()

        yield report


@contextmanager
def beside_the_bar() -> Iterator[None]:
    """Print inside a ``with`` block while a bar is shown: the bar makes room and comes back after it."""
    from tqdm import tqdm

    with tqdm.external_write_mode():
        yield
