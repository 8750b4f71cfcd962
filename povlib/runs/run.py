"""A run: a chain of artefacts, each computed once from those before it and loaded ever after.

state -> overview, effects, groups, offer -> projection -> plan -> what explains and compares it. Responsible for
the order of the chain. Not responsible for how artefacts are kept and trusted (`povlib.runs.stored_run`), for any
computation (the rooms) nor for making or finding runs (`povlib.runs.run_folders`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, cast

import pandas as pd

from povlib import allocation, exits, impact, ledger, params, poverty, scenarios, support
from povlib.calendar import Month
from povlib.errors import RunError
from povlib.impact.measure_panels import HelpFrames
from povlib.runs.decisions.clashes import plan_or_clash
from povlib.runs.decisions.decided import Decided, decided_as_of
from povlib.runs.decisions.package_rules import pins_on_packages
from povlib.runs.stages.allocation_input import build_problem, household_groups
from povlib.runs.stages.comparison import baseline_choices, explanation_frames
from povlib.runs.stages.idle_posts import refuse_idle_posts
from povlib.runs.stages.lottery_slice import plan_with_lottery
from povlib.runs.stages.recorded_effects import PRIOR, effects_on_record, posterior_by_measure
from povlib.runs.stages.refusals import Refused, refusal_in, result_or_refusal
from povlib.runs.stages.source_limits import HangingHelp, hanging_help
from povlib.runs.stages.stage_inputs import (
    READS,
    CatalogueDigests,
    Given,
    Origin,
    Reads,
    StageKeys,
    given_to,
    offer_to_project,
)
from povlib.runs.stages.survey_coverage import coverage_by_survey
from povlib.runs.storage.artefacts import Bundle, from_bundle, read_artefact, to_bundle
from povlib.runs.stored_run import SURVEY, StoredRun
from povlib.support.eligibility_facts import SupportFrames as StateWithMonths
from povlib.villages.sources.closures import changes_of_closures, refuse_unknown_sources, state_after_closures


class KnownRows(Protocol):
    """What the record of a run says of the ledger's rows."""

    @property
    def batch(self) -> int:
        """The last batch read."""

    @property
    def head(self) -> ledger.Head:
        """That batch and its hash."""

    @property
    def digest(self) -> str:
        """What identifies the rows."""

    @property
    def synthetic(self) -> bool:
        """Whether this is a practice office."""


@dataclass(frozen=True)
class Run(StoredRun):
    """One run of an office: open one with `povlib.runs.open_run`. Its fields are those of `StoredRun`."""

    @property
    def is_by_parts(self) -> bool:
        """Whether it is the run of a large office, planned by parts (`povlib.runs.area.area_run`)."""
        return False

    def given(self, stage: str) -> Given:
        """Return the parameters that a stage reads, and no others (`povlib.runs.stages.stage_inputs`)."""
        return given_to(stage, self.catalogue, self.settings, self._reads_by_stage)

    @property
    def _reads_by_stage(self) -> Mapping[str, Reads]:
        """What each stage reads beside the ledger's rows."""
        return READS

    @cached_property
    def catalogue_digests(self) -> CatalogueDigests:
        """Digests of the parameters, as keys of stages hold them."""
        return CatalogueDigests(self.catalogue)

    @cached_property
    def _keys(self) -> StageKeys:
        return StageKeys(self.catalogue_digests, self.settings, self.origin, self._reads_by_stage)

    @property
    def origin(self) -> Origin:
        """What the run is made from beside its parameters."""
        survey = str(self.survey.facts["digest"]) if self.survey else ""
        return Origin(self.info.ledger_head, survey, self.decided.plain())

    @cached_property
    def resolved(self) -> scenarios.Resolved:
        """The scenario with every layer applied, from the run's own copy of the parameters."""
        self._refuse_changes("params")
        copied = self.folder / "params"
        scenario = scenarios.load(self.info.scenario, copied / "scenarios")
        return scenarios.resolve(scenario, params.load(copied), self.overrides)

    @cached_property
    def catalogue(self) -> params.Catalogue:
        """Parameters of the run; free posts and places of what will close are not among them."""
        written, closures = self.resolved.catalogue, self.settings.closures
        if not closures:
            return written
        refuse_unknown_sources(closures, self.state, written, self.at.ordinal)
        return written.replaced(changes_of_closures(closures, written, self.state))

    @property
    def settings(self) -> params.Settings:
        """Settings of the run."""
        return self.info.settings

    @cached_property
    def state(self) -> ledger.State:
        """What was known: the ledger as of the run's last data batch."""
        with ledger.open(self.office.ledger_place) as book:
            # not as of the head: rows that came later must not change a figure of this run
            known = ledger.read_state(book, self.info.batch)
        if known.head.hash != self.info.ledger_head:
            raise RunError("the ledger is not the one this run was made from", where=f"batch {self.info.batch}")
        return known

    def with_state_at_hand(self, known: ledger.State) -> Run:
        """Return this run with a state read a moment ago, if it was made from it: no ledger is read twice."""
        if (known.batch, known.head.hash) == (self.info.batch, self.info.ledger_head):
            self.__dict__["state"] = known
        return self

    @cached_property
    def decided(self) -> Decided:
        """Decisions by hand that bind this plan: what the ledger held when the run was begun, and its own pins."""
        with ledger.open(self.office.ledger_place) as book:
            return decided_as_of(book, self.info.decided, self.settings, self.pins)

    @property
    def with_months(self) -> StateWithMonths:
        """The state that help is planned on: the last month is known, and what will close is taken out of it."""
        return cast(StateWithMonths, self._after_closures)

    @cached_property
    def _after_closures(self) -> ledger.State:
        closures = self.settings.closures
        if not closures:
            return self.state
        return state_after_closures(self.state, closures, self.catalogue, self.at.ordinal)

    @property
    def at(self) -> Month:
        """Month-end on which the plan stands: the last month with data."""
        month = self.state.last_month
        if month is None:
            raise ValueError("the ledger of a run has at least one month")
        return month

    @property
    def _authorities(self) -> list[str]:
        """Authorities that have a line for the year of the plan's month, in the order of ``lines.yaml``."""
        lines = self.catalogue.lines.values()
        return [line.authority for line in lines if line.year == self.at.year and line.line_yuan is not None]

    @cached_property
    def overview(self) -> poverty.Overview:
        """Who is poor, how deeply, among the registered (`povlib.poverty.overview`)."""

        def make() -> Bundle:
            given = self.given("poverty")
            found = poverty.overview(self.state, self.at, given.catalogue, given.settings, also=self._authorities)
            bundle = to_bundle(found)
            # a month is no plain value: stored as its number and made again below
            return Bundle(bundle.frames, bundle.arrays, {"at": found.at.ordinal})

        bundle = self.stored("poverty", make)
        at = {"at": Month.from_ordinal(bundle.facts["at"])}
        return from_bundle(poverty.Overview, Bundle(bundle.frames, bundle.arrays, at))

    @cached_property
    def movements(self) -> poverty.Movements | Refused:
        """How households moved over and under the line, month by month (`povlib.poverty.movements`)."""

        def make() -> Any:
            given = self.given("movements")
            return poverty.movements(self.state, self.at, given.catalogue, given.settings)

        made = self.stored("movements", lambda: result_or_refusal(make))
        return refusal_in(made) or from_bundle(poverty.Movements, made)

    @property
    def survey(self) -> Bundle | None:
        """The village survey the run was begun with: rows, and the name of its file; None without one."""
        place = self.record_folder / SURVEY
        if not place.is_dir():
            return None
        self._refuse_changes(SURVEY)
        return read_artefact(place)

    @cached_property
    def reached(self) -> poverty.Coverage | Refused:
        """Who of the poor is on the register, from the survey; refused where there is none."""

        def make() -> poverty.Coverage:
            given = self.given("reached")
            line = given.catalogue.line_fen(given.settings.authority, self.at)
            return coverage_by_survey(self.survey, self.state, line)

        made = self.stored("reached", lambda: result_or_refusal(make))
        return refusal_in(made) or from_bundle(poverty.Coverage, made)

    @property
    def known_rows(self) -> KnownRows:
        """The ledger's rows as the record of the run names them."""
        return self.state

    @property
    def help_record(self) -> HelpFrames:
        """Households, incomes and help on record, of everybody: what effects are learnt from."""
        return self.state

    @cached_property
    def effects(self) -> impact.Effects:
        """What help changed, measure by measure, beside its prior (`povlib.runs.stages.recorded_effects`)."""

        def make() -> Bundle:
            given = self.given("effects")
            return to_bundle(effects_on_record(self.help_record, given.catalogue, given.settings.seed))

        return from_bundle(impact.Effects, self.stored("effects", make))

    @property
    def planned_effects(self) -> pd.DataFrame | None:
        """The effects the projection is made with: measure, source, mean, sd; None where the priors stand alone."""
        return None if self.settings.effects == PRIOR else posterior_by_measure(self.effects.posterior)

    @cached_property
    def households(self) -> Bundle:
        """Households with the groups that shares and fairness speak of (`household_groups`)."""
        return self.stored(
            "groups",
            lambda: Bundle({"households": household_groups(self.state, self.offer, self.catalogue)}),
        )

    @cached_property
    def offer(self) -> support.Offer:
        """Entitlements and packages."""

        def make() -> Bundle:
            given = self.given("offer")
            made = support.offer(self.with_months, given.catalogue, given.settings)
            refuse_idle_posts(made, self.catalogue, self.settings)
            return to_bundle(made)

        return from_bundle(support.Offer, self.stored("offer", make))

    @cached_property
    def projection(self) -> exits.Projection:
        """Who would exit under which package."""

        def make() -> Bundle:
            given, offered = self.given("projection"), offer_to_project(self.offer)
            return to_bundle(
                exits.project(
                    self.with_months, offered, given.catalogue, given.settings, draws=given.settings.draws,
                    posterior=self.planned_effects,
                )
            )  # fmt: skip

        made = self.stored("projection", make)
        return from_bundle(exits.Projection, made)

    @cached_property
    def hanging_help(self) -> HangingHelp:
        """Who would hang on which source by each package, and who does by what is on record."""

        def make() -> Bundle:
            given = self.given("sources")
            return to_bundle(hanging_help(self.state, self.offer, self.projection, given.catalogue, given.settings))

        return from_bundle(HangingHelp, self.stored("sources", make))

    @cached_property
    def problem(self) -> allocation.Problem:
        """The allocation problem: rebuilt, never stored, so that a check starts from the raw tables."""
        return build_problem(
            self.state, self.offer, self.projection, self.catalogue, self.settings, pins=self.package_pins,
            hanging=self.hanging_help if self.settings.limits_sources else None,
        )  # fmt: skip

    @cached_property
    def package_pins(self) -> pd.DataFrame:
        """Decisions by hand as pins on this run's packages: hh, package, pin (`povlib.allocation`)."""
        return pins_on_packages(self.decided.rules, self.offer, set(self.state.poor["hh"]))

    def _solved(self) -> allocation.Plan:
        return plan_or_clash(self.problem, self.settings, self.decided, self.catalogue)

    @cached_property
    def first_plan(self) -> allocation.Plan | None:
        """The plan that the search ends with, before the second rule takes one of its equals; None without such a rule.

        None too for a run that was finished before there was a second rule: what is sealed is not added to.
        """
        sealed = not (self.folder / "first").is_dir() and (self.folder / "plan").is_dir()
        return None if self.settings.second_rule == "none" or sealed else self._plan("first", self._solved)

    @cached_property
    def best_plan(self) -> allocation.Plan:
        """The plan as solved: the recommended one, but for a slice given by lot where one is asked for."""

        def make() -> allocation.Plan:
            first = self.first_plan
            if first is None:
                return self._solved()
            rule = "fgt2" if self.settings.second_rule == "poorest_first" else self.settings.second_rule
            return allocation.plan_by_second_rule(
                first, self.problem, rule, within=self.settings.equal_persons, gap=self.settings.gap_persons,
                time_limit_s=self.settings.time_limit_s,
            )  # fmt: skip

        # without a lot the best plan is the plan, and is stored once, under that name
        return self._plan("best" if self.settings.explore_households else "plan", make)

    @cached_property
    def plan(self) -> allocation.Plan:
        """The recommended plan, with its proof."""
        if not self.settings.explore_households:
            return self.best_plan
        return self._plan("plan", lambda: self._lottery().plan)

    @cached_property
    def chosen(self) -> pd.DataFrame:
        """What the plan gives each household: hh, package, village, members, and more."""
        return self.plan.chosen

    def _plan(self, name: str, make: Callable[[], allocation.Plan]) -> allocation.Plan:
        def bundled() -> Bundle:
            found = make()
            bundle = to_bundle(found)
            certificate = {"certificate": found.certificate.to_json()}
            return Bundle(bundle.frames, bundle.arrays, {**bundle.facts, **certificate})

        made = self.stored(name, bundled)
        certificate = allocation.Certificate.from_json(made.facts["certificate"])
        return from_bundle(
            allocation.Plan, Bundle(made.frames, made.arrays, {**made.facts, "certificate": certificate})
        )

    @cached_property
    def exploration(self) -> Bundle | None:
        """Who got which package by lot, among how many, with what chance; None where no lot was asked for."""

        def make() -> Bundle:
            lottery = self._lottery()
            return Bundle({"drawn": lottery.drawn}, facts={"eligible": lottery.eligible, "loss": lottery.loss})

        return self.stored("exploration", make) if self.settings.explore_households else None

    def _lottery(self) -> allocation.LotteryPlan:
        return plan_with_lottery(self.best_plan, self.problem, self.offer, self.catalogue, self.settings)

    @cached_property
    def proved(self) -> bool:
        """Whether exact arithmetic repeated the plan's proof when the run was made (`allocation.verify`)."""

        def make() -> Bundle:
            return Bundle(facts={"proved": allocation.verify(self.plan, self.problem).ok})

        return bool(self.stored("proof", make).facts["proved"])

    @cached_property
    def decision_costs(self) -> pd.DataFrame:
        """What each decision by hand costs, and all together (`povlib.allocation.pin_costs`); empty without any."""
        if self.package_pins.empty:
            return pd.DataFrame(columns=["hh", "cost", "low", "high", "money_fen", "solved"])
        settings = self.settings

        def make() -> Bundle:
            gap, limit = settings.gap_persons, settings.time_limit_s
            return Bundle({"costs": allocation.pin_costs(self.best_plan, self.problem, gap=gap, time_limit_s=limit)})

        return self.stored("decisions", make).frames["costs"]

    @cached_property
    def baselines(self) -> pd.DataFrame:
        """What simple rules would choose under the same rules and money: key, name_<language>, hh, package."""
        return self.stored(
            "baselines",
            lambda: Bundle({"choices": baseline_choices(self.problem, self.state, self.offer, self.catalogue)}),
        ).frames["choices"]

    @cached_property
    def explanation(self) -> Mapping[str, pd.DataFrame]:
        """Why: reasons, prices, one more post, rounding, fairness (`povlib.allocation.questions.explanation`)."""
        return self.stored(
            "reasons",
            lambda: Bundle(explanation_frames(self.problem, self.plan, self.settings.least_worth_points)),
        ).frames
