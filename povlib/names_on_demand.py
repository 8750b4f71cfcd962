"""Public names of a package, imported when they are first used.

Responsible for one thing: a command that only reads a file's name does not wait for numpy, pandas and a solver. Not
responsible for which names a package has: its ``__init__`` imports them under ``if TYPE_CHECKING:``, once.
"""

from __future__ import annotations

import ast
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any


class _Package(ModuleType):
    """A package whose public names are imported when they are first used."""

    _homes: dict[str, tuple[str, str]]

    def __getattr__(self, name: str) -> Any:
        home = self._homes.get(name)
        if home is None:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        found = getattr(import_module(home[0]), home[1])
        super().__setattr__(name, found)
        return found

    def __setattr__(self, name: str, value: Any) -> None:
        # Python puts every module it has loaded into its package: `ledger.history` must stay the function
        if not (name in self._homes and isinstance(value, ModuleType)):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._homes})


def import_on_demand(package: str) -> None:
    """Let a package import the names listed under its ``if TYPE_CHECKING:`` when they are first used.

    Parameters
    ----------
    package : str
        ``__name__`` of the package, given at the end of its ``__init__``.

    Examples
    --------
    >>> import povlib.ledger
    >>> povlib.ledger.short_code.__module__
    'povlib.ledger.deposits'
    """
    module = sys.modules[package]
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    listed = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    homes = {
        alias.asname or alias.name: (str(line.module), alias.name)
        for block in listed
        for line in block.body
        if isinstance(line, ast.ImportFrom)
        for alias in line.names
    }
    module.__dict__["_homes"] = homes
    module.__class__ = _Package
