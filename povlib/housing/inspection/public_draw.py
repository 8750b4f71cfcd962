"""One round drawn in public: who inspects which village, and in what order the houses are visited.

Two steps. First everything that decides is written down (`RoundInputs`) and its digest published with the name of a
source that nobody commands and that does not exist yet: the number of a lottery on a later day. When the number is
out, the seed is the SHA-256 of that digest and the number, and everything follows: the directions, the chances with
the least travel, the assignment, the order of the houses. Anybody with the inputs and the number gets the same draw.

Responsible for seed, draw and digest. Not responsible for chances and lottery (`visit_probabilities`,
`visit_lottery`) or for keeping them (`povlib.runs.inspections`).

Source: Lindeman and Stark (2012), A gentle introduction to risk-limiting audits, IEEE Security and Privacy 10(5), for
a public seed and a hash that orders a list; Rivest, Shamir and others for commitment before the draw.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import pandas as pd

from povlib.errors import Fault, WorkbenchError
from povlib.housing.inspection.finite_lists import contradicting_number, visits_needed
from povlib.housing.inspection.sequential_confirmation import visits_to_confirm
from povlib.housing.inspection.visit_lottery import visit_lottery
from povlib.housing.inspection.visit_probabilities import (
    InspectionRound,
    drawn_directions,
    smallest_cap,
    visit_probabilities,
)

SEQUENTIAL = "sequential"
_ATTEMPTS = 200
"""Orders of the villages that are tried: where one in twenty keeps every rule, all fail once in 28,000 rounds."""


@dataclass(frozen=True)
class RoundInputs:
    """All that decides a draw but the public number.

    Parameters
    ----------
    round, list, source : str
        Key of the round and of the list; where the number will come from, with its day.
    houses : mapping
        Household on the list -> village.
    teams : mapping
        Village that sends a team -> villages it may be sent to at most.
    km : mapping
        Village -> village -> kilometres.
    last_round : tuple of (str, str)
        Who went where last time: village of the team, village visited.
    cap, share, risk : float
        As in ``inspection.yaml`` (`povlib.params.procedures.inspection.Inspection`).
    size : str
        "sequential": so many visits are planned as the test after every visit needs (`SEQUENTIAL`). "": as many as a
        size fixed beforehand needs, which that test never confirms; rounds announced before there was a choice.
    """

    round: str
    list: str
    source: str
    houses: Mapping[str, str]
    teams: Mapping[str, int]
    km: Mapping[str, Mapping[str, float]]
    last_round: tuple[tuple[str, str], ...] = ()
    cap: float = 0.5
    share: float = 0.02
    risk: float = 0.05
    size: str = ""

    @property
    def villages(self) -> tuple[str, ...]:
        """Villages with houses on the list, sorted."""
        return tuple(sorted(set(self.houses.values())))

    def as_text(self) -> str:
        """Return the inputs as JSON with sorted keys: the text whose SHA-256 is published."""
        plain = asdict(self)
        if not self.size:  # rounds of the days before keep the digest they were announced with
            del plain["size"]
        return json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=1) + "\n"

    @staticmethod
    def from_text(text: str) -> RoundInputs:
        """Return the inputs that a text of `as_text` holds; ValueError when it is none."""
        try:
            raw = json.loads(text)
            raw["last_round"] = tuple((str(home), str(visited)) for home, visited in raw["last_round"])
            return RoundInputs(**raw)
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError("no inputs of a round") from error

    @property
    def digest(self) -> str:
        """SHA-256 of `as_text`."""
        return hashlib.sha256(self.as_text().encode()).hexdigest()

    @property
    def contradicting(self) -> int:
        """Wrong entries that contradict the claim "fewer than `share` are wrong"."""
        return contradicting_number(len(self.houses), self.share)

    @property
    def planned_visits(self) -> int:
        """Houses that are visited first, in every village its part."""
        return self.visits_that_confirm if self.size == SEQUENTIAL else self.fixed_visits

    @property
    def fixed_visits(self) -> int:
        """Visits that confirm the claim when none is wrong, their number fixed beforehand and looked at once."""
        return visits_needed(len(self.houses), self.contradicting, 0, self.risk) or len(self.houses)

    @property
    def visits_that_confirm(self) -> int:
        """Visits after which the test of the round confirms the claim when none is wrong; all houses where none do."""
        return visits_to_confirm(len(self.houses), self.contradicting, self.risk) or len(self.houses)


@dataclass(frozen=True, eq=False)
class PublicDraw:
    """What follows from the inputs and the public number.

    Parameters
    ----------
    seed : str
        Hexadecimal SHA-256.
    directions : tuple of str
        The order of the villages in which each inspects only those ahead of it.
    attempt : int
        How many orders could not keep every rule and were passed over.
    chances : DataFrame
        Chance of each team (index) to be sent to each village (columns), under these directions.
    visits : DataFrame
        village, by_village, houses (of the planned visits); by village.
    order : DataFrame
        place (1 for the first house), hh, village, planned (bool).
    """

    seed: str
    directions: tuple[str, ...]
    attempt: int
    chances: pd.DataFrame
    visits: pd.DataFrame
    order: pd.DataFrame

    @property
    def digest(self) -> str:
        """SHA-256 of the visits and the order, line by line: what the ledger holds of the draw."""
        lines = [
            f"{village}<{by}" for village, by in zip(self.visits["village"], self.visits["by_village"], strict=True)
        ]
        return hashlib.sha256("\n".join([*lines, *self.order["hh"]]).encode()).hexdigest()


def public_number(words: str) -> str:
    """Return a public number as it is hashed: full-width digits and runs of blanks made plain.

    Examples
    --------
    >>> public_number("０３ 08　15 ")
    '03 08 15'
    """
    return " ".join(unicodedata.normalize("NFKC", words).split())


def seed_of(inputs: RoundInputs, number: str) -> str:
    """Return the seed: SHA-256 of the digest of the inputs, a line break and the public number."""
    return hashlib.sha256(f"{inputs.digest}\n{public_number(number)}".encode()).hexdigest()


def part_seed(seed: str, part: str) -> int:
    """Return the seed of one part of the draw: SHA-256 of ``seed:part``, so that no two parts share their numbers."""
    return int(hashlib.sha256(f"{seed}:{part}".encode()).hexdigest(), 16)


def house_order(seed: str, houses: Mapping[str, str]) -> list[str]:
    """Return households in the order of the SHA-256 of ``seed:household``: checkable with any tool that hashes."""
    return sorted(houses, key=lambda hh: hashlib.sha256(f"{seed}:{hh}".encode()).digest())


def draw_round(inputs: RoundInputs, number: str) -> PublicDraw:
    """Return the draw that follows from a public number.

    Raises
    ------
    WorkbenchError
        When the list is empty, a distance is missing, or no order of the villages keeps every rule.

    Examples
    --------
    >>> names = ("甲", "乙", "丙", "丁", "戊")
    >>> km = {a: {b: 1.0 for b in names} for a in names}
    >>> teams = dict.fromkeys(names, 1)
    >>> inputs = RoundInputs("1", "list", "lottery of 2016-06-02", {f"{v}1": v for v in names}, teams, km)
    >>> drawn = draw_round(inputs, "03 08 15")
    >>> bool((drawn.visits["village"] != drawn.visits["by_village"]).all()), len(drawn.order)
    (True, 5)
    """
    if not inputs.houses:
        raise WorkbenchError("an inspection needs a list with at least one entry")
    seed, villages = seed_of(inputs, number), inputs.villages
    round_, km = _round_and_ways(inputs)
    for attempt in range(_ATTEMPTS):
        directions = drawn_directions(villages, part_seed(seed, f"directions {attempt}"))
        if (least := smallest_cap(round_, directions)) is not None and least <= round_.cap + 1e-9:
            break
    else:
        raise WorkbenchError(_impossible_fault(inputs, round_))
    chances = visit_probabilities(round_, km, directions)
    lottery = visit_lottery(chances, round_.inspectors.set_index("inspector")["home"])
    sent = lottery.assignment(part_seed(seed, "assignment")).rename(columns={"inspector": "by_village"})
    order = house_order(seed, inputs.houses)
    frame = pd.DataFrame({"place": range(1, len(order) + 1), "hh": order})
    frame["village"] = frame["hh"].map(dict(inputs.houses))
    frame["planned"] = frame["place"] <= inputs.planned_visits
    planned = frame[frame["planned"]].groupby("village").size()
    visits = sent[["village", "by_village"]].sort_values(["village", "by_village"], ignore_index=True)
    visits["houses"] = planned.reindex(visits["village"]).fillna(0).astype("int64").to_numpy()
    return PublicDraw(seed, directions, attempt, chances, visits, frame)


def refuse_impossible_round(inputs: RoundInputs) -> None:
    """Refuse inputs under which no number could give a draw; before anything is published.

    Raises
    ------
    WorkbenchError
        As `draw_round`.
    """
    draw_round(inputs, "trial")


def _round_and_ways(inputs: RoundInputs) -> tuple[InspectionRound, pd.DataFrame]:
    villages = inputs.villages
    homes = [village for village in villages if inputs.teams.get(village, 0) > 0]
    people = pd.DataFrame({"inspector": homes, "home": homes, "max_villages": [inputs.teams[v] for v in homes]})
    last = pd.DataFrame(inputs.last_round, columns=["home", "visited"])
    km = pd.DataFrame(
        [[inputs.km.get(home, {}).get(v, float("nan")) for v in villages] for home in homes],
        index=homes,
        columns=list(villages),
    )
    missing = [f"{home}-{v}" for home in homes for v in villages if home < v and v not in inputs.km.get(home, {})]
    if missing:
        some = "、".join(missing[:6]) + ("…" if len(missing) > 6 else "")
        raise WorkbenchError(
            "{n} ways between villages are not entered: {some}",
            where="inspection.yaml: km",
            remedy="enter all of them, or none",
            n=len(missing),
            some=some,
        )
    return InspectionRound(people, villages, last, visitors=1, cap=inputs.cap), km


def _impossible_fault(inputs: RoundInputs, round_: InspectionRound) -> list[Fault]:
    """Return why no round can be drawn, with the largest chance that would do for some order of the villages."""
    fits = [
        least
        for attempt in range(20)
        if (least := smallest_cap(round_, drawn_directions(inputs.villages, attempt))) is not None
    ]
    allowed = "a largest chance of at least {least}; or more villages for each team" if fits else (
        "at least three villages on the list, each with a team; or more villages for each team"
    )  # fmt: skip
    return [
        Fault(
            "with {villages} villages, {teams} teams and a largest chance of {cap} no round keeps every rule: nobody "
            "to the own village, no two to each other, nobody where they were last time",
            "inspection.yaml",
            allowed,
            values={
                "villages": len(inputs.villages),
                "teams": len(round_.inspectors),
                "cap": f"{inputs.cap:g}",
                "least": f"{min(fits):.2f}" if fits else "",
            },
        )
    ]
