"""Code lists of ``data/tables``: labels, their English names and the synonyms workbooks use.

Responsible for reading them and for finding the label a text means. Not responsible for deciding
what happens to an unknown text (`povlib.intake`): a near match is only ever a suggestion.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pydantic import Field, ValidationError

from povlib.errors import Fault, ParameterError, nearest_word
from povlib.params.kinds import Block, Key, Names, Status
from povlib.params.reading import Document, read_yaml
from povlib.params.wording import faults_of
from povlib.places import DATA
from povlib.words import DEFAULT_LANGUAGE, language


class Code(Block):
    """One code: its `label`, English name, other spellings, and the `key` stored in its place (none: the label is).

    `names` are those in further languages. `roles` say what the program does with a code, whatever it is called
    (`povlib.vocabulary`).
    """

    label: str = Field(min_length=1)
    en: str = Field(min_length=1)
    key: str = ""
    synonyms: tuple[str, ...] = ()
    roles: tuple[Key, ...] = ()
    names: dict[str, str] = Field(default_factory=dict)

    def show(self, lang: str | None = None) -> str:
        """Return the name in a language: the label in the ledger's own, else `names`, else the English name."""
        lang = lang or language()
        return self.label if lang == DEFAULT_LANGUAGE else self.names.get(lang, self.en)


class _File(Block):
    table: str
    names: Names
    status: Status
    source: str = Field(min_length=1)
    multiple: bool = False
    codes: tuple[Code, ...] = Field(min_length=1)


@dataclass(frozen=True)
class CodeTable:
    """A code list.

    Parameters
    ----------
    key, names
        Name of the list.
    codes : tuple of Code
    multiple : bool
        Whether several labels may apply at once (joined by 、).
    """

    key: str
    names: Names
    codes: tuple[Code, ...]
    multiple: bool = False
    status: str = "assumed"
    source: str = ""
    _known: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, in the order of the file."""
        return tuple(code.label for code in self.codes)

    @property
    def known(self) -> dict[str, str]:
        """Every accepted spelling (folded by `fold_text`) with the label it means."""
        return dict(self._known)

    def label(self, text: str) -> str | None:
        """Return the label that a text means exactly, by label or synonym; None when unknown.

        Examples
        --------
        >>> table("cause").label("缺劳动力"), table("housing_grade").label("危房")
        ('缺劳力', None)
        """
        return self._known.get(fold_text(text))

    def stored(self, text: str) -> str | None:
        """Return what the ledger stores for a text: the label, or the key where the code has one; None when unknown.

        Examples
        --------
        >>> table("measure").stored("雨露"), table("cause").stored("病")
        ('yulu', '因病')
        """
        label = self.label(text)
        return next((code.key or code.label for code in self.codes if code.label == label), None)

    def show(self, stored: str, lang: str = DEFAULT_LANGUAGE) -> str:
        """Return the label, or the English name, of what the ledger stores; itself when unknown."""
        for code in self.codes:
            if stored in (code.label, code.key):
                return code.show(lang)
        return stored

    def with_role(self, role: str) -> tuple[str, ...]:
        """Return what the ledger stores for the codes that have a role, in the order of the file.

        Raises
        ------
        ParameterError
            If no code has the role: the program could not work with such a list.
        """
        stored = tuple(code.key or code.label for code in self.codes if role in code.roles)
        if not stored:
            values = {"table": self.key, "role": role}
            remedy = "write it into the roles of the code that is meant"
            where = f"data/tables/{self.key}.yaml"
            raise ParameterError([Fault("no code of {table} has the role {role}", where, remedy=remedy, values=values)])
        return stored

    def the_one_with_role(self, role: str) -> str:
        """Return what the ledger stores for the only code that has a role.

        Raises
        ------
        ParameterError
            If none or several have it.

        Examples
        --------
        >>> table("status").the_one_with_role("exited")
        '已脱贫'
        """
        stored = self.with_role(role)
        if len(stored) > 1:
            what = "several codes of {table} have the role {role}: {several}"
            values = {"table": self.key, "role": role, "several": ", ".join(stored)}
            where = f"data/tables/{self.key}.yaml"
            raise ParameterError([Fault(what, where, remedy="leave it to one of them", values=values)])
        return stored[0]

    def suggest(self, text: str) -> str:
        """Return the label of the nearest known spelling, or ""; never to be accepted unasked."""
        return self._known.get(nearest_word(fold_text(text), self._known), "")


def fold_text(text: str) -> str:
    """Return a text as code lists compare it: NFKC, without white space, lower case.

    Examples
    --------
    >>> fold_text(" Ｃ 级"), fold_text("Ⅲ")
    ('c级', 'iii')
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


@cache
def table(name: str) -> CodeTable:
    """Return one code list of ``data/tables``.

    Raises
    ------
    ParameterError
        If there is no such list, or its file is wrong: a synonym that could mean two labels included.

    Examples
    --------
    >>> table("workplace").labels
    ('乡镇内', '乡外县内', '县外省内', '省外')
    """
    document = read_yaml(DATA / "tables" / f"{name}.yaml")
    try:
        found = _File.model_validate(document.values)
    except ValidationError as error:
        raise ParameterError(faults_of(error, _File, lambda at: document.where(at))) from None
    known = _known_spellings(found, document)
    return CodeTable(found.table, found.names, found.codes, found.multiple, found.status, found.source, known)


def table_names() -> tuple[str, ...]:
    """Return the names of all code lists, sorted."""
    return tuple(sorted(path.stem for path in (DATA / "tables").glob("*.yaml")))


def _known_spellings(found: Any, document: Document) -> dict[str, str]:
    """Return the label of each folded spelling; refuse one that could mean two labels."""
    known: dict[str, str] = {}
    faults: list[Fault] = []
    for i, code in enumerate(found.codes):
        for spelling in (code.label, *code.synonyms, *([code.key] if code.key else [])):
            other = known.setdefault(fold_text(spelling), code.label)
            if other != code.label:
                faults.append(
                    Fault(
                        "{word} could mean {first} or {second}",
                        document.where(("codes", i)),
                        values={"word": spelling, "first": other, "second": code.label},
                    )
                )
    if faults:
        raise ParameterError(faults)
    return known
