"""The run of changed parameters, held in memory: made by the calls of a run, from what its start already knows.

Responsible for reusing of the run it started from what the changes cannot touch, for saying what they can, and for
keeping plans once found beside that run. What it computes is what `povlib.runs.begin` would, to the last digit; nothing
of it lies among the office's runs. Not responsible for what is shown of it (`povlib.runs.live.panel_answer`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from povlib import allocation, exits, impact, ledger, params, scenarios, support
from povlib.runs.decisions.decided import Decided
from povlib.runs.decisions.package_rules import checked_pins
from povlib.runs.live.live_controls import SECOND_RULE, SHARES
from povlib.runs.questions.optimism import answers_folder
from povlib.runs.run import Run
from povlib.runs.run_origin import record_of
from povlib.runs.stages.allocation_input import problem_shares
from povlib.runs.stages.idle_posts import refuse_idle_posts
from povlib.runs.stages.source_limits import HangingHelp
from povlib.runs.storage.artefacts import Bundle, compute_or_load
from povlib.support.changed_amounts import dearest_package_fen, narrowed_offer, offer_with_amounts

#: parts that are searched for and worth keeping; the others are computed in a moment
_KEPT_PARTS = ("first", "plan", "best", "proof")
#: settings that neither the offer nor the projection reads
_SETTINGS_OF_CHOICE = (*SHARES, SECOND_RULE, "settings.objective.", "settings.equal_persons", "settings.gap_persons",
                       "settings.source_limits", "settings.named_limits")  # fmt: skip


@dataclass(frozen=True, eq=False)
class StartingRun:
    """The run a panel starts from, with what is held in memory for all that follow.

    Attributes
    ----------
    run : Run
    keep : bool
        Whether plans found are kept beside the run (`answers_folder`), so that they are there the next time.
    """

    run: Run
    keep: bool = True

    @cached_property
    def resolved(self) -> scenarios.Resolved:
        """The scenario of the run, with its own changes."""
        return self.run.resolved

    @cached_property
    def dearest_fen(self) -> int:
        """What the dearest package costs that anybody could be offered."""
        return dearest_package_fen(self.run.with_months, self.run.catalogue, self.run.settings)

    @cached_property
    def surveyed(self) -> str:
        """Digest of the village survey; "" without one."""
        return str(self.run.survey.facts["digest"]) if self.run.survey else ""

    def changed(self, changes: Mapping[str, str], pins: Mapping[str, str] | None = None) -> ChangedRun:
        """Return the run with these parameters changed, and with households pinned or refused.

        Parameters
        ----------
        changes : mapping
            Dotted key -> value as typed; beside those of the run itself.
        pins : mapping, optional
            Household -> rule, as `povlib.runs.begin` takes them; beside those of the run itself.

        Raises
        ------
        ParameterError
            If a change is wrong: all faults at once.
        """
        run = self.run
        overrides = {**run.overrides, **changes}
        # the files are read once; every change is made in the copy that is held
        resolved = scenarios.resolve(self.resolved.scenario, self._files, overrides)
        own = checked_pins({**run.pins, **(pins or {})}, run.state, resolved.catalogue)
        claims = run.folder / "params" / params.CLAIMS_FILE
        decided = replace(run.decided, pins=own)
        info = record_of(run.state, resolved, run.info.scenario, overrides, self.surveyed, claims, decided)
        return ChangedRun(
            run.folder, run.office, info, overrides, own, start=self, changed=tuple(changes), with_changes=resolved,
            with_decisions=decided,
        )  # fmt: skip

    @cached_property
    def _files(self) -> params.Catalogue:
        return params.load(self.run.folder / "params")


@dataclass(frozen=True, kw_only=True)
class ChangedRun(Run):
    """A run of changed parameters in memory; its parts are computed as those of any run.

    Attributes
    ----------
    start : StartingRun
    changed : tuple of str
        Dotted keys that differ from the start.
    with_changes : Resolved
    with_decisions : Decided
    """

    start: StartingRun
    changed: tuple[str, ...]
    with_changes: scenarios.Resolved
    with_decisions: Decided

    @property
    def is_finished(self) -> bool:
        """Never: nothing of it is sealed."""
        return False

    @cached_property
    def resolved(self) -> scenarios.Resolved:
        """The scenario with every layer applied."""
        return self.with_changes

    @cached_property
    def state(self) -> ledger.State:
        """What was known: the same as at the start."""
        return self.start.run.state

    @cached_property
    def effects(self) -> impact.Effects:
        """What help changed: no amount changes what the ledger shows."""
        return self.start.run.effects

    def stored(self, name: str, make: Callable[[], Bundle], folder: object = None) -> Bundle:
        """Return a part of the run; plans are kept beside the run it started from, the others only in memory."""
        if not self.start.keep or name not in _KEPT_PARTS:
            return make()
        run = self.start.run
        return compute_or_load(answers_folder(run) / "panel", f"{self.info.run_id}-{name}", make, run.seal)

    @cached_property
    def decided(self) -> Decided:
        """Decisions by hand that bind the plan: those of the start, and the pins tried here."""
        return self.with_decisions

    @cached_property
    def _reads_the_catalogue(self) -> tuple[str, ...]:
        return tuple(key for key in self.changed if not key.startswith(_SETTINGS_OF_CHOICE))

    @cached_property
    def _quick_offer(self) -> support.Offer | None:
        """The offer where only amounts differ, made from the start's; None where more may differ."""
        run = self.start.run
        if not self._reads_the_catalogue:
            return run.offer
        return offer_with_amounts(
            run.offer, run.catalogue, self.catalogue, self._reads_the_catalogue, self.start.dearest_fen
        )

    @cached_property
    def offer(self) -> support.Offer:
        """Entitlements and packages."""
        if self._quick_offer is not None:
            return self._quick_offer
        made = support.offer(self.with_months, self.catalogue, self.settings)
        refuse_idle_posts(made, self.catalogue, self.settings)
        return made

    @cached_property
    def projection(self) -> exits.Projection:
        """Who would exit under which package: the start's, where the same packages are offered."""
        run = self.start.run
        same_closures = self.settings.closures == run.settings.closures
        if same_closures and (self._quick_offer is not None or _same_packages(run.offer, self.offer)):
            return run.projection
        return exits.project(
            self.with_months, self.offer, self.catalogue, self.settings, draws=self.settings.draws,
            posterior=self.planned_effects,
        )  # fmt: skip

    @cached_property
    def hanging_help(self) -> HangingHelp:
        """Who would hang on which source: the start's, where only amounts and rules of the choice differ."""
        same = self._quick_offer is not None and self.projection is self.start.run.projection
        return self.start.run.hanging_help if same else Run.hanging_help.func(self)  # type: ignore[attr-defined]

    @cached_property
    def households(self) -> Bundle:
        """Households with the groups that shares and fairness speak of."""
        return self.start.run.households if self._quick_offer is not None else Run.households.func(self)  # type: ignore[attr-defined]

    @cached_property
    def problem(self) -> allocation.Problem:
        """The allocation problem."""
        start = self.start.run
        same_aim = self.settings.objective == start.settings.objective
        tables = start.problem.tables
        # what hangs on a source is a row that no other capacity makes: it is reckoned anew
        limited = self.settings.limits_sources or start.settings.limits_sources
        quick = self._quick_offer is not None and same_aim and self.pins == start.pins and not limited
        if quick and tables is not None:
            shares = problem_shares(tables.households, self.catalogue, self.settings)
            return start.problem.with_tables(self.offer.resources, self.offer.keeps, shares)
        made: allocation.Problem = Run.problem.func(self)  # type: ignore[attr-defined]
        return made


def _same_packages(one: support.Offer, other: support.Offer) -> bool:
    """Return whether the same packages are offered and the same entitlements owed: all that a projection reads."""
    return (
        one.packages.equals(other.packages)
        and one.components.equals(other.components)
        and one.entitlements.equals(other.entitlements)
    )


def first_plan_of(run: ChangedRun, gap: float) -> ChangedRun | None:
    """Return the same run with a plan that is there at once: it keeps every rule, and is proved within its own gap.

    None where more may be offered than at the start: every package must then be listed and projected first.
    """
    start = run.start.run
    offer = run._quick_offer
    if offer is None:
        offer = narrowed_offer(start.offer, start.catalogue, run.catalogue, run._reads_the_catalogue)
    if offer is None:
        return None
    shown = replace(run)
    shown.__dict__["_quick_offer"] = offer
    plan = allocation.solve(shown.problem, gap=gap, nodes=1, time_limit_s=run.settings.time_limit_s)
    shown.__dict__["plan"] = plan
    return shown
