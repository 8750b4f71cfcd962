"""Values that are not known yet: those that are only assumed, with how far they are from being known; those left empty.

Responsible for what each holds up and for what would settle it. Not responsible for filling them in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from povlib.params.catalogue import Catalogue
from povlib.params.explained.key_facts import users_of, where_set
from povlib.params.support import Measure
from povlib.words import text


class Assumed(NamedTuple):
    """A value that is assumed: its dotted `key`, `value` with `unit`, `where` it stands, its source, and how unsure."""

    key: str
    value: float
    unit: str
    where: str
    source: str
    distance: str


class Empty(NamedTuple):
    """A value that is still empty: its dotted `key`, `unit`, the file and line `where`, and what it holds up."""

    key: str
    unit: str
    where: str
    blocks: str


_RATES = ("takeup", "loss_per_month", "chance")


def assumed_values(catalogue: Catalogue, learnt: Mapping[tuple[str, str], float] | None = None) -> list[Assumed]:
    """Return every number that is assumed, in the order of the files.

    Parameters
    ----------
    catalogue : Catalogue
    learnt : mapping, optional
        (measure, source of income) -> share of the assumption that is left in the estimate after the office's own
        records (`povlib.impact`): 1 where the records say nothing.
    """
    frame = catalogue.inputs()
    priors = frame[frame["file"] == "support"]
    spreads = dict(zip(zip(priors["key"], priors["field"], strict=True), priors["value"].tolist(), strict=True))
    weight = catalogue.exits["rate_weight"].value if "rate_weight" in catalogue.exits else 0.0
    rows = []
    assumed = frame[frame["status"] == "assumed"]
    for row, value in zip(assumed.itertuples(index=False), assumed["value"].tolist(), strict=True):
        dotted = f"{row.file}.{row.key}.{row.field}"
        path, _, last = str(row.field).rpartition(".")
        distance = text("one figure without a range")
        if last == "mean":
            sd = spreads.get((row.key, f"{path}.sd"), 0.0)
            distance = text("± {sd:g} (one standard deviation)", sd=sd)
            source = path.rpartition(".")[2]
            share = (learnt or {}).get((str(row.key), source))
            if share is not None:
                distance += "; " + text("{share:.0%} of today's estimate is still the assumption", share=share)
        elif last == "sd":
            continue  # told beside its mean
        elif last in _RATES and row.file == "support":
            distance = text("counts like {n:g} households seen", n=weight)
        rows.append(Assumed(dotted, value, str(row.unit), where_set(catalogue, dotted), str(row.source), distance))
    return rows


def empty_values(catalogue: Catalogue) -> list[Empty]:
    """Return every value that has still to be entered, each with what waits for it."""
    rows = []
    for row in catalogue.empty().itertuples(index=False):
        at = str(row.file), str(row.key), str(row.field)
        rows.append(Empty(".".join(at), str(row.unit), _where(catalogue, *at), _blocked(catalogue, *at)))
    return rows


def _where(catalogue: Catalogue, file: str, key: str, field: str) -> str:
    return where_set(catalogue, f"{file}.{key}.{field}") or where_set(catalogue, f"{file}.{key}")


def _blocked(catalogue: Catalogue, file: str, key: str, field: str) -> str:
    """Return in words what cannot be done while a value is empty."""
    if file == "funds":
        used = "; ".join(users_of(catalogue, file, key))
        return text("nothing is paid from it; {used}", used=used) if used else text("nothing is paid from it")
    if file == "posts":
        return text("this post is not offered")
    if file == "coops":
        named = field.startswith("facility.")
        return text("this facility cannot be opened") if named else text("no places of this co-op are offered")
    if file == "sites":
        named = field.startswith("facility.")
        return text("this facility cannot be opened") if named else text("no lots of this site are offered")
    if file == "openings":
        return text("this facility cannot be opened")
    if file == "crews":
        return text("no building in these months; {used}", used="; ".join(users_of(catalogue, file, key)))
    if file in ("house_prices", "house_standard"):
        return text("no bill of a house can be made with it")
    if file == "lines":
        return "; ".join(users_of(catalogue, file, key))
    if file == "support":
        return _measure_blocked(catalogue, catalogue.measures[key])
    return text("a plan cannot use it")


def _measure_blocked(catalogue: Catalogue, measure: Measure) -> str:
    if measure.entitlement is not None:
        return text("it is owed by law, and no money is set aside for it")
    waiting = [row.names.show() for rows in (catalogue.posts, catalogue.shared_places) for row in rows.values()
               if row.measure == measure.key]  # fmt: skip
    said = text("this measure is not offered")
    return f"{said}; " + text("idle with it: {names}", names=text(", ").join(waiting)) if waiting else said
