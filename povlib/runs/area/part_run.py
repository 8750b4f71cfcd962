"""One part of a run by parts: the chain of artefacts of some townships, each stored as those of a township's run are.

A part is a run in all but its choice: its state, what is owed and offered and what that would bring come from the same
code, are stored under keys and the office's seal, and are taken over by other runs from the same inputs. Responsible
for what differs: where they lie, and what of them hangs on the whole office (effects learnt from all households, what
the other parts take of the funds, who is among the poorest fifth). Not responsible for the choice
(`povlib.runs.area.area_plan`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from povlib import exits, impact, ledger, support
from povlib.allocation import Problem
from povlib.allocation.parts import write_part
from povlib.errors import RunError
from povlib.exits.exit_sums import SUMS, ExitSums, exit_sums
from povlib.exits.plan_totals import chances_of_choice
from povlib.exits.rule_chances import rule_chances
from povlib.params import Catalogue
from povlib.runs.area.chosen_rows import award_rows, planned_rows
from povlib.runs.area.office_parts import OfficePart
from povlib.runs.area.whole_office import WholeOffice
from povlib.runs.decisions.package_rules import pins_on_packages
from povlib.runs.run import Run
from povlib.runs.stages.allocation_input import household_standing, part_tables
from povlib.runs.stages.stage_inputs import PART_READS, CatalogueDigests, Given, Origin, Reads, offer_to_project
from povlib.runs.storage.artefacts import Bundle, from_bundle, to_bundle
from povlib.runs.storage.office_seal import OfficeSeal
from povlib.scenarios import Resolved
from povlib.support.parts.chosen_packages import offer_of_packages
from povlib.support.parts.law_of_office import LawOfOffice, claims_of_part
from povlib.support.parts.plentiful_funds import amounts_told, with_amounts_left, without_amounts_left
from povlib.support.parts.rest_of_office import RestOfOffice

PARTS = "parts"
#: draws by which packages are told apart where draws are not kept. Measured on 9,646 packages against 2,000 draws: the
#: chance a package adds is off by .0026 (standard deviation) with 100 draws and by .0016 with 500, at a fifth of the
#: work; what the chosen packages bring is drawn from all of `Settings.draws` (`expected_exits`)
PART_DRAWS = 100
#: folder of a part: its packages in whole numbers
CHOICE = "choice"


@dataclass(frozen=True, kw_only=True)
class PartRun(Run):
    """One part of a run of a large office: open one with `AreaRun.part_run`.

    Attributes
    ----------
    area : WholeOffice
        The run it is a part of.
    part : OfficePart
    """

    area: WholeOffice
    part: OfficePart

    @property
    def record_folder(self) -> Path:
        """Where the record, the parameters and the manifest of the whole run lie."""
        return self.area.folder

    @property
    def inside(self) -> str:
        """Where the artefacts of the part lie in the run's folder."""
        return f"{PARTS}/{self.part.key}/"

    @cached_property
    def seal(self) -> OfficeSeal:
        """The office's seal for this part of the run."""
        return replace(self.area.seal, run=f"{self.info.run_id}/{self.part.key}")

    @property
    def origin(self) -> Origin:
        """What the part is made from: the ledger, and which of its villages."""
        own = super().origin
        return own._replace(ledger=f"{own.ledger}:{','.join(self.part.villages)}")

    @cached_property
    def resolved(self) -> Resolved:
        """The scenario of the whole run."""
        return self.area.resolved

    @cached_property
    def catalogue(self) -> Catalogue:
        """Parameters of the whole run."""
        return self.area.catalogue

    @cached_property
    def catalogue_digests(self) -> CatalogueDigests:
        """Those of the whole run, reckoned once for all parts."""
        return self.area.catalogue_digests

    def given(self, stage: str) -> Given:
        """Return the parameters that a stage reads: those of the whole run, made once."""
        return self.area.given(stage)

    @property
    def _reads_by_stage(self) -> Mapping[str, Reads]:
        """What each stage of a part reads."""
        return PART_READS

    @cached_property
    def state(self) -> ledger.State:
        """What was known of the part's villages as of the run's last data batch."""
        return self.state_of(self.part.villages)

    def state_of(self, villages: Collection[str]) -> ledger.State:
        """Return what was known of some of the part's villages.

        Raises
        ------
        RunError
            If the ledger is not the one that the run was made from.
        """
        with ledger.open(self.office.ledger_place) as book:
            known = ledger.read_state(book, self.info.batch, villages=villages)
        if known.head.hash != self.info.ledger_head:
            raise RunError("the ledger is not the one this run was made from", where=f"batch {self.info.batch}")
        # the plan stands on one month for all: a part whose villages are late lacks it, as a late village does
        return replace(known, last_month=self.area.at)

    @cached_property
    def effects(self) -> impact.Effects:
        """What help changed, learnt from the whole office."""
        return self.area.effects

    @cached_property
    def owed(self) -> Bundle:
        """What the law owes the part's households, whatever money there is (frame ``claims``), and who they are."""

        def make() -> Bundle:
            given = self.given("owed")
            claims = claims_of_part(self.with_months, given.catalogue, given.settings)
            poor = self.state.households["hh"].isin(self.state.poor["hh"])
            return Bundle(
                {"households": self.state.households.assign(registered=poor), "claims": claims},
                facts={"registered": int(poor.sum())},
            )

        return self.stored("owed", make)

    @cached_property
    def told(self) -> Bundle:
        """What the part is told of the whole office, as far as its packages hang on it.

        Frames ``bills`` (`LawOfOffice`, of the part's own households) and ``left`` (resource, amount: `amounts_told`).
        """

        def make() -> Bundle:
            law, share = self.area.law, self.area.rest_of(self.part).share
            bills = law.bills[law.bills["hh"].isin(self.owed.frames["households"]["hh"])].reset_index(drop=True)
            left = pd.Series(amounts_told(law.left, self.catalogue), dtype="int64")
            frame = left.rename_axis("resource").rename("amount").reset_index()
            return Bundle({"bills": bills, "left": frame.astype({"resource": "str"})}, facts={"share": share})

        return self.stored("told", make)

    @property
    def _rest(self) -> RestOfOffice:
        """What `told` holds, as an offer takes it."""
        bills, left = self.told.frames["bills"], self.told.frames["left"]
        amounts = dict(zip(left["resource"].astype(str), left["amount"].tolist(), strict=True))
        return RestOfOffice(LawOfOffice(bills, amounts), float(self.told.facts["share"]))

    @cached_property
    def offer(self) -> support.Offer:
        """Entitlements and packages, where the other parts share the funds; and what is left of each resource."""

        def make() -> Bundle:
            given = self.given("offer")
            made = support.offer(self.with_months, given.catalogue, given.settings, rest=self._rest)
            return to_bundle(without_amounts_left(made))

        made = from_bundle(support.Offer, self.stored("offer", make))
        return with_amounts_left(made, *self.area.amounts_left)

    @cached_property
    def projection(self) -> exits.Projection:
        """Who would exit under which package, by the first draws; what is printed of a plan is drawn anew from all."""

        def make() -> Bundle:
            given, offered = self.given("projection"), offer_to_project(self.offer)
            return to_bundle(
                exits.project(
                    self.with_months, offered, given.catalogue, given.settings,
                    draws=min(given.settings.draws, PART_DRAWS), posterior=self.planned_effects, keep_draws=False,
                )
            )  # fmt: skip

        return from_bundle(exits.Projection, self.stored("projection", make))

    @cached_property
    def standing(self) -> pd.DataFrame:
        """What puts each household into a group (`household_standing`)."""

        def make() -> Bundle:
            return Bundle({"households": household_standing(self.state, self.offer, self.given("standing").catalogue)})

        return self.stored("standing", make).frames["households"]

    def written_for_choice(self, folder: Path | None = None) -> Path:
        """Return the folder of the part's packages in whole numbers, written for the choice over all parts.

        Parameters
        ----------
        folder : Path, optional
            Where they are written; default: where the choice looks for them.
        """
        folder = folder or self.folder / CHOICE
        tables = part_tables(self.groups, self.offer, self.projection, self.area.shares, self.catalogue, self.settings)
        pins = pins_on_packages(self.area.decided.rules, self.offer, set(tables["households"]["hh"]))
        objective = {name: weight for name, weight in self.settings.objective if weight}
        write_part(folder, **tables, pins=pins, objective=objective)
        return folder

    @cached_property
    def chosen(self) -> pd.DataFrame:
        """What the plan gives each household: hh, package, village, members, value, additional."""
        plan = self.area.plan
        at = [folder.parent.name for folder in plan.parts].index(self.part.key)
        return plan.chosen(at).astype({"package": "int64"})

    @cached_property
    def expected_exits(self) -> Bundle:
        """What the plan would bring the part.

        Frames ``households`` (`povlib.runs.area.chosen_rows.planned_rows`) and ``measures`` (township, measure, awards,
        money_fen), and the sums of `povlib.exits.exit_sums` by village.
        """

        def make() -> Bundle:
            chosen, frame, owed = self.chosen, self.offer.packages, self.offer.entitlements
            nothing = frame.loc[frame["k"].eq(0) & frame["hh"].isin(chosen["hh"]), "package"]
            few = offer_of_packages(self.offer, np.union1d(chosen["package"], nothing).astype(np.int64))
            given = self.given("projection")
            chances = rule_chances(
                self.with_months, few, given.catalogue, given.settings, given.settings.draws,
                posterior=self.planned_effects,
            )  # fmt: skip
            old = np.sort(np.union1d(chosen["package"], nothing).astype(np.int64))
            picked = np.searchsorted(old, chosen["package"].to_numpy(np.int64))
            of_choice = chances_of_choice(few.packages, chances, picked)
            towns = few.packages["village"].map(self.area.township_of)
            sums = exit_sums(of_choice, chances.p, few.packages["village"])
            planned = planned_rows(chosen, few, picked, chances, self.groups, towns)
            return Bundle(
                {"households": planned, "measures": award_rows(few, picked, towns)},
                {name: getattr(sums, name) for name in SUMS},
                {
                    "areas": list(sums.areas),
                    "entitlement_fen": int(owed.loc[owed["covered"].eq(True), "cost_fen"].sum()),
                    "short_fen": int(self.offer.shortfall["short_fen"].sum()),
                    # what was expected belongs to this plan and no other
                    "plan": self.area.plan.certificate.plan,
                },
            )

        return self.stored("expected", make)

    @property
    def exit_sums(self) -> ExitSums:
        """The sums of `expected_exits`, by village."""
        made = self.expected_exits
        return ExitSums(tuple(made.facts["areas"]), **{name: made.arrays[name] for name in SUMS})

    @property
    def groups(self) -> pd.DataFrame:
        """Households with the groups that shares speak of, reckoned over the whole office."""
        return self.area.groups_of(self.part, self.standing)

    @cached_property
    def problem(self) -> Problem:
        """The choice is one for all parts: a part has no problem of its own."""
        raise RunError("the plan of this office is made for all its parts together", where=self.part.name)
