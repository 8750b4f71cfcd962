"""New scenario files: what a planner has tried, kept under a name of its own.

Responsible for refusing a name, title, key or value before anything is written, and for a file that is there whole or
not at all. Not responsible for what a change means (`povlib.scenarios.layers`).
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from povlib import params
from povlib.errors import Fault, ParameterError
from povlib.params.kinds import Names
from povlib.params.reading import parse_yaml
from povlib.scenarios.layers import SETTINGS, Resolved, resolve, typed_change
from povlib.scenarios.scenario_files import (
    BASE,
    MOST_SCENARIOS,
    Scenario,
    load,
    name_fault,
    read_scenario,
    scenario_names,
)
from povlib.words import languages

_PARTIAL = ".partial"
# a choice: a title stands in one line of a list and above every page of the papers
LONGEST_TITLE = 80


@dataclass(frozen=True)
class Proposal:
    """A scenario that could be written: its `text`, and what it resolves to."""

    path: Path
    text: str
    resolved: Resolved


def new_scenario(
    own: Path | str,
    name: str,
    changes: Mapping[str, Any],
    *,
    parent: str = BASE,
    title: str | Mapping[str, str] = "",
    question: str | Mapping[str, str] = "",
) -> Path:
    """Write a scenario of an office; return its file.

    What "save as scenario" of the live panel, the home page and ``povlib scenarios new`` call.

    Parameters
    ----------
    own : path
        The office's ``params`` folder (``place.office.params``); the file is written into its ``scenarios``.
    name : str
        1-40 letters, digits, Chinese characters, - or _; no scenario of the office may bear it yet.
    changes : mapping
        Dotted key -> value, or the text as typed: ``{"funds.special.amount_yuan": "40万元", "settings.margin": 0.1}``;
        ``"+20%"`` changes a number by a share.
    parent : str
        The scenario it inherits from.
    title, question : str or mapping
        What it is called and what it asks, in one line; by language, or one text for all. No title: the name.

    Raises
    ------
    ParameterError
        With every fault of name, parent, title, keys and values; nothing is written then.

    Examples
    --------
    >>> import shutil, tempfile
    >>> from povlib import places
    >>> own = Path(tempfile.mkdtemp()) / "params"
    >>> _ = shutil.copytree(places.DATA / "sample" / "params", own)
    >>> asked = {"funds.special.amount_yuan": "40万元"}
    >>> file = new_scenario(own, "richer", asked, title={"zh": "加钱", "en": "richer"})
    >>> print(file.read_text(encoding="utf-8"), end="")
    name: richer
    parent: base
    title: {zh: "加钱", en: "richer"}
    changes:
      funds.special.amount_yuan: 400000
    """
    proposed = proposed_scenario(own, name, changes, parent=parent, title=title, question=question)
    _write_once(proposed.path, proposed.text)
    return proposed.path


def proposed_scenario(
    own: Path | str,
    name: str,
    changes: Mapping[str, Any],
    *,
    parent: str = BASE,
    title: str | Mapping[str, str] = "",
    question: str | Mapping[str, str] = "",
) -> Proposal:
    """Return what `new_scenario` would write, checked as it would be; nothing is written.

    Raises
    ------
    ParameterError
        As `new_scenario`.
    """
    own = Path(own)
    folder = own / "scenarios"
    faults = [*_place_faults(folder, name)]
    names = {}
    for word, said in (("title", title or name), ("question", question)):
        names[word] = _by_language(said)
        faults.extend(_wording_faults(word, names[word]))
    catalogue = _collected(faults, lambda: params.load(own))
    # what a planner typed is checked against the base where the parent is no scenario: one round of mending fewer
    above = _collected(faults, lambda: load(parent, folder)) or _collected([], lambda: load(BASE, folder))
    typed = {key: typed_change(key, value) for key, value in changes.items()}
    if catalogue is not None and above is not None:
        where = {key: "--set" for key in typed}
        tried = Scenario(name, Names(zh=name or "-", en=name or "-"), typed, above, where)
        _collected(faults, lambda: resolve(tried, catalogue))
    if faults or catalogue is None:
        raise ParameterError(faults)
    words = _scenario_text(name, parent, names, typed)
    path = folder / f"{name}.yaml"
    # what was composed is read back as any file is: what is written means what was asked for
    written = read_scenario(parse_yaml(words, path), name, above)
    return Proposal(path, words, resolve(written, catalogue))


def _collected(faults: list[Fault], make: Any) -> Any:
    """Return what `make` returns; None when it refuses, its faults then being in `faults`."""
    try:
        return make()
    except ParameterError as error:
        faults.extend(error.faults)
        return None


def _place_faults(folder: Path, name: str) -> Iterator[Fault]:
    """Yield why no file of this name may be written there: its form, one that is there, a folder that leads away."""
    fault = name_fault(name, "")
    if fault is not None:
        yield fault
        return
    taken = scenario_names(folder) if folder.is_dir() else ()
    # on some disks `Base.yaml` is `base.yaml`; a link that leads nowhere is there too
    if name.casefold() in {other.casefold() for other in taken} or os.path.lexists(folder / f"{name}.yaml"):
        yield Fault("there is a scenario {name} already; nothing was changed", remedy="choose another name, or edit "
                    "its file in params/scenarios", values={"name": name})  # fmt: skip
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        yield Fault("{folder} is no folder of this office", values={"folder": "params/scenarios"})
    if len(taken) >= MOST_SCENARIOS:
        yield Fault("there are {n} scenarios already", allowed="{most} or less", remedy="remove some from "
                    "params/scenarios", values={"n": len(taken), "most": MOST_SCENARIOS})  # fmt: skip


def _by_language(said: str | Mapping[str, str]) -> dict[str, str]:
    if not said:
        return {}
    return dict.fromkeys(("zh", "en"), said.strip()) if isinstance(said, str) else dict(said)


def _wording_faults(word: str, said: Mapping[str, str]) -> Iterator[Fault]:
    """Yield what is wrong with a title or question: unknown languages, too long, characters that do not print."""
    for lang, words in said.items():
        where = f"--{word}"
        if lang not in languages():
            yield Fault("{value} is no language", where, allowed="{known}",
                        values={"value": lang, "known": ", ".join(languages())})  # fmt: skip
        if not words.isprintable():
            yield Fault("{word} holds characters that do not print", where, values={"word": word})
        longest = LONGEST_TITLE if word == "title" else 3 * LONGEST_TITLE
        if len(words) > longest:
            yield Fault("{word} is too long: {n} characters", where, allowed="{most} or less",
                        values={"word": word, "n": len(words), "most": longest})  # fmt: skip
    missing = [lang for lang in ("zh", "en") if said and not said.get(lang)]
    if missing:
        yield Fault("{key} is missing", f"--{word}", values={"key": " / ".join(missing)})


def _scenario_text(name: str, parent: str, names: Mapping[str, Mapping[str, str]], typed: Mapping[str, Any]) -> str:
    lines = [f"name: {_key_text(name)}", f"parent: {_key_text(parent)}"]
    for word, said in names.items():
        if said:
            lines.append(f"{word}: {{{', '.join(f'{lang}: {_value_text(words)}' for lang, words in said.items())}}}")
    changes = {key: value for key, value in typed.items() if not key.startswith(SETTINGS)}
    settings: dict[str, Any] = {}
    for key in typed.keys() - changes.keys():
        outer, dot, inner = key.removeprefix(SETTINGS).partition(".")
        # parts of one setting stand together, as a planner writes them: objective: {persons: 1, fgt2: 1}
        settings[outer] = {**settings.get(outer, {}), inner: typed[key]} if dot else typed[key]
    for head, held in (("changes", changes), ("settings", settings)):
        if held:
            lines += [f"{head}:", *(f"  {_key_text(key)}: {_value_text(held[key])}" for key in sorted(held))]
    return "\n".join(lines) + "\n"


def _key_text(key: str) -> str:
    """Return a key as YAML; quoted where it would not be read as the text it is."""
    plain = key and all(c.isalnum() or c in "._-" for c in key) and key[0].isalpha()
    return key if plain and key not in ("true", "false", "null") else _value_text(key)


def _value_text(value: Any) -> str:
    """Return a value as YAML on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key_text(str(key))}: {_value_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value_text(item) for item in value) + "]"
    if isinstance(value, (Decimal, float)) and not isinstance(value, bool):
        exact = Decimal(str(value))
        return format(exact, "f") if exact.is_finite() else json.dumps(str(value))
    if value is None or isinstance(value, (bool, int)):
        return json.dumps(value)
    return json.dumps(str(value), ensure_ascii=False)


def _write_once(path: Path, words: str) -> None:
    """Write a file that is not there yet, whole or not at all; refuse when another came first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=path.parent, suffix=_PARTIAL)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(words)
            file.flush()
            os.fsync(file.fileno())
        try:
            # a link is refused where there is a file already, which a move is not
            os.link(partial, path)
        except FileExistsError:
            raise ParameterError("there is a scenario {name} already; nothing was changed", name=path.stem) from None
        except OSError:
            # disks without links; what was checked a moment ago is all that can be asked there
            os.replace(partial, path)
    finally:
        Path(partial).unlink(missing_ok=True)
