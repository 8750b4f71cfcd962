"""Rounds of inspection: announced with their source, drawn when its number is out, drawn again by whoever asks.

Responsible for the folder of a round (``inspection/<round>/inputs.json``) and its rows in the ledger. A round that is
announced and not drawn has the seed ``-`` and the digest of its inputs; a drawn one has the public number as seed and
the digest of the draw. Not responsible for the draw itself (`povlib.housing.inspection.public_draw`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from povlib import ledger, params
from povlib.calendar import Month
from povlib.errors import Fault, RunError, unknown_word_fault
from povlib.housing.inspection.public_draw import (
    SEQUENTIAL,
    PublicDraw,
    RoundInputs,
    draw_round,
    public_number,
    refuse_impossible_round,
)
from povlib.params.procedures.inspection import Inspection, load_inspection
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.storage.text_files import write_text

NOT_DRAWN = "-"
_INPUTS = "inputs.json"
_NAME = re.compile(r"[\w.-]{1,40}")


@dataclass(frozen=True, eq=False)
class DrawnRound:
    """A drawn round: its row in the ledger, what decided it, and what came out."""

    row: Mapping[str, object]
    inputs: RoundInputs
    draw: PublicDraw


def round_folder(place: Place, name: str) -> Path:
    """Return where the inputs and forms of a round lie."""
    return place.office.folder / "inspection" / name


def inspection_rules(place: Place) -> Inspection:
    """Return the office's rules of inspection, held against its villages.

    Raises
    ------
    ParameterError
        If ``inspection.yaml`` is wrong.
    """
    return load_inspection(place.office.params, tuple(params.load(place.office.params).villages))


def announce_round(place: Place, name: str, list_name: str, source: str, day: date, officer: str) -> RoundInputs:
    """Write down all that decides a round but the public number, and record its digest with the source.

    Parameters
    ----------
    name, list_name : str
        Key of the round, such as 2016-06; the list that is inspected.
    source : str
        Where the number will come from, in words; `day` is the day on which it comes out.

    Raises
    ------
    RunError
        If the round exists, the list does not, the source or the day says nothing, or no round can keep every rule.
    """
    rules = inspection_rules(place)
    faults = [] if _NAME.fullmatch(name) else [
        Fault("{value} is no name of a round", allowed="2016-06", values={"value": repr(name)})
    ]  # fmt: skip
    if len(public_number(source)) < 4:
        faults.append(Fault("say where the number will come from", remedy="--source SOURCE"))
    if not place.synthetic and day <= date.today():
        # a number that is out already could have been looked at before the round was written down
        faults.append(
            Fault("the number of {day} may be known already", allowed="a day after today", values={"day": str(day)})
        )
    with open_book(place, create=False) as book:
        rounds, entries = ledger.read_frame(book, "inspection_rounds"), ledger.read_frame(book, "list_entries")
        visits, households = ledger.read_frame(book, "inspection_visits"), ledger.read_frame(book, "households")
    if name in set(rounds["round"]):
        faults.append(Fault("round {name} is on record; give the new one another name", values={"name": name}))
    lists = sorted(entries.loc[entries["listed"].astype(bool), "list"].unique())
    if list_name not in lists:
        faults.append(
            unknown_word_fault("there is no list {value}", list_name, lists, "", lists)
            if lists
            else Fault(
                "no list is on record yet", remedy="python3 workbench.py inspect list LIST --day DAY --officer OFFICER"
            )
        )
    if faults:
        raise RunError(faults)
    houses = _houses_on_list(entries, households, list_name)
    inputs = _round_inputs(
        name, list_name, f"{source.strip()} {day.isoformat()}", houses, rules, _last_round(rounds, visits)
    )
    refuse_impossible_round(inputs)
    # the file first: a digest in the ledger without its inputs could never be drawn
    folder = round_folder(place, name)
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / _INPUTS, inputs.as_text())
    row = {
        "round": name,
        "list": list_name,
        "month": Month(day.year, day.month).ordinal,
        "seed": NOT_DRAWN,
        "seed_source": inputs.source,
        "digest": inputs.digest,
    }
    with open_book(place, create=False) as book:
        book.append(_info(officer, f"inspection {name} announced"), {"inspection_rounds": pd.DataFrame([row])})
    return inputs


def _round_inputs(
    name: str,
    list_name: str,
    source: str,
    houses: Mapping[str, str],
    rules: Inspection,
    last: tuple[tuple[str, str], ...],
) -> RoundInputs:
    villages = sorted(set(houses.values()))
    ways: dict[str, dict[str, float]] = {}
    for home in villages:
        for village in villages:
            km = rules.kilometres(home, village) if rules.km else float(home != village)
            if km is not None:
                ways.setdefault(home, {})[village] = km
    teams = {village: rules.team_of(village).most for village in villages}
    return RoundInputs(
        name, list_name, source, houses, teams, ways, last, rules.cap, rules.share, rules.risk, size=SEQUENTIAL
    )


def _houses_on_list(entries: pd.DataFrame, households: pd.DataFrame, list_name: str) -> dict[str, str]:
    listed = entries[(entries["list"] == list_name) & entries["listed"].astype(bool)]["hh"]
    village = households.drop_duplicates("hh").set_index("hh")["village"]
    unknown = sorted(set(listed) - set(village.index))
    if unknown:
        raise RunError("{n} households are not in the register ({some})", n=len(unknown), some=", ".join(unknown[:3]))
    return {str(hh): str(village[hh]) for hh in sorted(listed)}


def _last_round(rounds: pd.DataFrame, visits: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    """Return who went where in the newest drawn round."""
    drawn = rounds[rounds["seed"] != NOT_DRAWN].sort_values(["month", "round"])
    if drawn.empty:
        return ()
    own = visits[visits["round"] == drawn["round"].iloc[-1]].sort_values(["by_village", "village"])
    return tuple((str(by), str(to)) for by, to in own[["by_village", "village"]].itertuples(index=False))


def draw_announced(place: Place, name: str, number: str, officer: str) -> DrawnRound:
    """Draw an announced round by the number that came out, and record it.

    Raises
    ------
    RunError
        If the round is not announced or drawn already, its inputs were changed, or the number is empty.
    """
    row = _round_row(place, name)
    if row["seed"] != NOT_DRAWN:
        raise RunError(
            "round {name} was drawn with {seed}; it is not drawn again",
            remedy="to draw it again for yourself: python3 workbench.py inspect check {name}",
            name=name,
            seed=row["seed"],
        )
    said = public_number(number)
    if len(said) < 2:
        raise RunError("give the number that came out", remedy="--number 03081521")
    inputs = _kept_inputs(place, name)
    if inputs.digest != row["digest"]:
        raise _altered_error(name)
    draw = draw_round(inputs, said)
    info = _info(officer, f"inspection {name} drawn")
    rows = {
        "inspection_rounds": pd.DataFrame([{**row, "seed": said, "digest": draw.digest}]),
        "inspection_visits": draw.visits.assign(round=name)[["round", "village", "by_village", "houses"]],
    }
    with open_book(place, create=False) as book:
        book.append(info, rows)
    return DrawnRound({**row, "seed": said, "digest": draw.digest}, inputs, draw)


def drawn_round(place: Place, name: str) -> DrawnRound:
    """Return a drawn round, drawn again from its inputs and number and held against the ledger.

    Raises
    ------
    RunError
        If there is none, it is not drawn yet, or the draw is not the one on record.
    """
    row = _round_row(place, name)
    if row["seed"] == NOT_DRAWN:
        raise RunError(
            "round {name} is not drawn yet: its number comes from {source}",
            remedy="python3 workbench.py inspect draw {name} --number 03081521 --officer OFFICER",
            name=name,
            source=row["seed_source"],
        )
    inputs = _kept_inputs(place, name)
    draw = draw_round(inputs, str(row["seed"]))
    if draw.digest != row["digest"] or inputs.source != row["seed_source"]:
        raise _altered_error(name)
    return DrawnRound(row, inputs, draw)


def _round_row(place: Place, name: str) -> dict[str, object]:
    with open_book(place, create=False) as book:
        rounds = ledger.read_frame(book, "inspection_rounds")
    found = rounds[rounds["round"] == name]
    if found.empty:
        known = rounds["round"].tolist()
        if not known:
            raise RunError(
                "no round of inspection is on record yet",
                remedy="python3 workbench.py inspect announce ROUND LIST --source SOURCE --day DAY --officer OFFICER",
            )
        raise RunError([unknown_word_fault("there is no round {value}", name, known, "", known)])
    return {str(key): value for key, value in found.iloc[0].to_dict().items()}


def _kept_inputs(place: Place, name: str) -> RoundInputs:
    path = round_folder(place, name) / _INPUTS
    try:
        return RoundInputs.from_text(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(
            "what decided round {name} is not kept here: {file} is missing",
            remedy="a round that was entered without a draw cannot be drawn again; else put the file back",
            name=name,
            file=f"inspection/{name}/{_INPUTS}",
        ) from None
    except ValueError:
        raise _altered_error(name) from None


def _altered_error(name: str) -> RunError:
    return RunError(
        "what decided round {name} is not what was announced: {file} was changed",
        remedy="put back the file as it was announced; a round cannot be drawn from other inputs",
        name=name,
        file=f"inspection/{name}/{_INPUTS}",
    )


def _info(officer: str, reason: str) -> ledger.BatchInfo:
    return ledger.BatchInfo(officer=officer, role="desk", reason=reason)
