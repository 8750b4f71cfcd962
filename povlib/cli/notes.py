"""What a planner should know before a plan is made: odd parameters, empty ones, what was changed.

Responsible for the words on the terminal. Not responsible for finding any of it (`povlib.params`,
`povlib.scenarios`).
"""

from __future__ import annotations

from collections.abc import Mapping

from povlib import params
from povlib.runs.run_folders import empty_inputs
from povlib.scenarios import Resolved
from povlib.words import text

_SHOWN = 12


def print_notes(resolved: Resolved, changes: Mapping[str, str]) -> None:
    """Print what is odd but not wrong, what is still empty and what was changed on the command line."""
    for fault in resolved.warnings:
        print("! " + fault.show())
    print_empty(resolved.catalogue)
    for key, value in changes.items():
        print("· " + text("changed for this run: {key} = {value}", key=key, value=value))


def print_empty(catalogue: params.Catalogue) -> None:
    """Print which local values are still empty: what needs them is not offered."""
    empty = empty_inputs(catalogue)
    if empty.empty:
        return
    print("! " + text("{n} local values are still empty; what needs them is not offered:", n=len(empty)))
    for row in empty.head(_SHOWN).itertuples(index=False):
        print(f"    params/{row.file}.yaml  {row.key}: {row.field}")
    if len(empty) > _SHOWN:
        print("    " + text("... and {n} more", n=len(empty) - _SHOWN))
