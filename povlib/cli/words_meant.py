"""What a word on the command line means: a run, a scenario, a fund, a measure, a household; by key or by name.

Responsible for answering a misspelt word at once, with the nearest that there are, before a ledger or a plan is
loaded. Not responsible for what the command then does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from povlib.errors import Fault, LedgerError, RunError, nearest_words, unknown_word_fault

if TYPE_CHECKING:
    import argparse

    from povlib.runs import Place, Run
    from povlib.runs.area.area_run import AreaRun

_UNKNOWN_KEYS = {
    ("household",): "nothing is recorded about household {value}",
    ("person",): "nothing is recorded about person {value}",
    ("household", "person"): "nothing is recorded about household or person {value}",
    ("project",): "there is no housing project {value}",
    ("movement",): "no movement has the number {value}",
}


def chosen_run(options: argparse.Namespace, place: Place) -> Run:
    """Return the run that the words name.

    Raises
    ------
    RunError
        If there is none, or more than one.
    """
    from povlib.runs.office.finished_runs import run_folder

    # the name first: what opens a run takes longer to load than a misspelt one is worth
    run_folder(options.run, place)
    from povlib.runs import find_run

    run = find_run(options.run, place)
    _refuse_parts(run, getattr(options, "named", ""))
    return run


#: words that know a plan by parts; all others look at one township and refuse it in words
FOR_PLANS_BY_PARTS = (
    "report", "cards", "verify", "check-papers", "runs", "decide-plan", "voice", "approve", "withdraw",
)  # fmt: skip


def _refuse_parts(run: Run, word: str) -> None:
    """Refuse a run by parts for a word that looks at a whole office.

    Raises
    ------
    RunError
    """
    from povlib.errors import RunError

    if run.is_by_parts and not {word, word.partition(" ")[0]} & set(FOR_PLANS_BY_PARTS):
        remedy = (
            "plan the whole at once: --set settings.part_households=50000 (5,000 households take 4 GB), or the "
            "township as an office of its own"
            if cast("AreaRun", run).can_be_planned_at_once
            else "plan the township as an office of its own"
        )
        raise RunError(
            "{word} is not made for a plan by parts yet",
            where=run.info.run_id, allowed=", ".join(FOR_PLANS_BY_PARTS), remedy=remedy, word=word,
        )  # fmt: skip


def require_runs(words: Iterable[str], place: Place) -> list[str]:
    """Return the ids of the runs that some words name, each once, in their order.

    Raises
    ------
    RunError
        With one fault for each word that names none, or more than one.
    """
    from povlib.runs.office.finished_runs import run_folder

    ids: dict[str, None] = {}
    faults: list[Fault] = []
    for word in words:
        try:
            ids[run_folder(word, place).name] = None
        except RunError as error:
            faults += error.faults
    if faults:
        raise RunError(faults)
    return list(ids)


def require_scenarios(words: Iterable[str], place: Place) -> None:
    """Refuse scenarios that the office neither has nor ever planned, all at once, with the nearest.

    Raises
    ------
    RunError
        With one fault for each.
    """
    from povlib.runs.office.finished_runs import planned_scenarios
    from povlib.scenarios.scenario_files import scenario_names

    known = {*scenario_names(place.office.params / "scenarios"), *planned_scenarios(place)}
    unknown = [word for word in words if word not in known]
    if unknown:
        raise RunError(unknown_word_fault("there is no scenario {value}", word, known, "") for word in unknown)


def scenario_meant(place: Place, word: str) -> str:
    """Return the name of a scenario from its name or its title in any language; a word that is neither, as it is."""
    from povlib.params.tables import fold_text
    from povlib.scenarios import load_all
    from povlib.scenarios.scenario_files import scenario_names

    folder = place.office.params / "scenarios"
    if word in scenario_names(folder):
        return word
    titles = {
        fold_text(title): name
        for name, scenario in load_all(folder).items()
        for title in scenario.title.by_language().values()
    }
    return titles.get(fold_text(word), word)


def fund_key(place: Place, word: str) -> str:
    """Return the key of a fund from its key or its name in any language.

    Raises
    ------
    LedgerError
        If there is no such fund, with the nearest names.
    """
    from povlib import params

    return _key_of(params.load(place.office.params).funds, word, "there is no fund {value}", "funds.yaml")


def measure_key(place: Place, word: str) -> str:
    """Return the key of a measure from its key, its name, or what the villages' forms call it.

    Raises
    ------
    LedgerError
        If there is no such measure, with the nearest names.
    """
    from povlib import params

    measures = params.load(place.office.params).measures
    stored = params.table("measure").stored(word)
    if stored in measures:
        return str(stored)
    return _key_of(measures, word, "there is no measure {value}", "support.yaml")


def _key_of(records: Mapping[str, Any], word: str, unknown: str, where: str) -> str:
    """Return the key of the record that a word names; refuse a word that names none."""
    from povlib.params.tables import fold_text

    if word in records:
        return word
    names = {fold_text(name): key for key, record in records.items() for name in record.names.spellings()}
    if fold_text(word) in names:
        return names[fold_text(word)]
    known = [*records, *(name for record in records.values() for name in record.names.spellings())]
    listed = [f"{key} {record.names.show()}" for key, record in records.items()]
    raise LedgerError([unknown_word_fault(unknown, word, known, where, listed)])


def require_recorded(place: Place, words: Iterable[str], *kinds: str) -> None:
    """Refuse keys of which the office's ledger holds nothing, with the nearest that it holds.

    Parameters
    ----------
    place : Place
    words : iterable of str
        Keys as typed.
    *kinds : str
        What they may be keys of: ``household``, ``person``, ``project``, ``movement``.

    Raises
    ------
    LedgerError
        With one fault for each unknown key. A ledger that cannot be asked quickly refuses nothing here.
    """
    from povlib.ledger.storage.recorded_keys import recorded_keys

    known = recorded_keys(place.office.ledger_place, *kinds)
    if known is None:
        return
    faults = [_unknown_key_fault(word, known, _UNKNOWN_KEYS[kinds]) for word in words if word not in known]
    if faults:
        raise LedgerError(faults)


def day_meant(word: str) -> date:
    """Return the day that a word names; what is recorded has happened.

    Raises
    ------
    LedgerError
        If it is no day, or lies in the future.

    Examples
    --------
    >>> day_meant("2016-05-10")
    datetime.date(2016, 5, 10)
    """
    try:
        day = date.fromisoformat(word)
    except ValueError:
        raise LedgerError("{value} is no date", allowed="2016-05-10", value=repr(word)) from None
    if day > date.today():
        raise LedgerError("{value} lies in the future", allowed="2016-05-10", value=word)
    return day


def phase_meant(word: str) -> str:
    """Return the phase of a photo, as the ledger keeps it, from its key, label or another word for it.

    Raises
    ------
    LedgerError
        If it is none.

    Examples
    --------
    >>> phase_meant("改造前"), phase_meant("after")
    ('before', 'after')
    """
    from povlib.params.tables import table

    phases = table("photo_phase")
    stored = phases.stored(word)
    if stored is None:
        listed = [f"{code.key} {code.label}" for code in phases.codes]
        known = [spelling for code in phases.codes for spelling in (code.key, code.label)]
        raise LedgerError([unknown_word_fault("{value} is no phase of a photo", word, known, "", listed)])
    return stored


def _unknown_key_fault(word: str, known: frozenset[str], unknown: str) -> Fault:
    near = nearest_words(word, known)
    return Fault(
        unknown, remedy="did you mean {near}?" if near else "", values={"value": word, "near": " / ".join(near)}
    )
