"""What checks of parameters look at and what they find: faults and oddities, each where it stands.

Not responsible for the checks themselves (`catalogue_checks`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from povlib.errors import Fault, unknown_word_fault

if TYPE_CHECKING:
    from povlib.params.catalogue import Catalogue

At = tuple[str | int, ...]


@dataclass
class Findings:
    """The catalogue under examination, where its records stand, and what was found."""

    catalogue: Catalogue
    at: Mapping[str, Mapping[str, At]]
    listed: Mapping[str, frozenset[str]]
    wrong: list[Fault] = field(default_factory=list)
    odd: list[Fault] = field(default_factory=list)

    def where(self, file: str, key: str, *path: str | int) -> str:
        """Return ``file:line key.path`` of a part of a record."""
        document = self.catalogue.documents[file]
        dotted = ".".join(str(step) for step in (key, *path))
        return f"{document.where((*self.at[file][key], *path))} {dotted}"

    def keys(self, file: str) -> frozenset[str] | None:
        """Return the keys that a file lists, those of faulty records too: a reference to them is not unknown.

        None where the file could not be read: then nothing is known to be missing.
        """
        return self.listed.get(file)

    def whole(self, *files: str) -> bool:
        """Return whether files are there without a faulty record, so that what is not there is really missing."""
        return all(file in self.listed and self.listed[file] == frozenset(self.at[file]) for file in files)

    def fault(self, what: str, where: str, *, remedy: str = "", odd: bool = False, **values: Any) -> None:
        """Note one fault, or (`odd`) one oddity."""
        (self.odd if odd else self.wrong).append(Fault(what, where, remedy=remedy, values=values))

    def known(self, what: str, word: str, known: Iterable[str] | None, where: str) -> None:
        """Note a fault unless `word` is among the known ones (None: they are not known)."""
        if known is not None and word not in known:
            self.wrong.append(unknown_word_fault(what, word, known, where))
