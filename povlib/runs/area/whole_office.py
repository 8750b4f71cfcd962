"""What one part of a run asks of the whole, and what the plan over all parts asks of it.

Responsible for these two shapes, so that neither a part nor the plan need know the run they belong to
(`povlib.runs.area.area_run`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import pandas as pd

from povlib import impact
from povlib.allocation.parts import PartPlan
from povlib.calendar import Month
from povlib.params import Catalogue, Settings
from povlib.runs.area.office_parts import OfficePart
from povlib.runs.decisions.decided import Decided
from povlib.runs.stages.stage_inputs import CatalogueDigests, Given
from povlib.runs.storage.office_seal import OfficeSeal
from povlib.scenarios import Resolved
from povlib.support.parts.law_of_office import LawOfOffice
from povlib.support.parts.rest_of_office import RestOfOffice


class OfficeInParts(Protocol):
    """A run as the plan over its parts sees it."""

    @property
    def folder(self) -> Path:
        """Where its artefacts lie."""

    @property
    def settings(self) -> Settings:
        """Settings of the run."""

    @property
    def catalogue(self) -> Catalogue:
        """Parameters of the run."""

    @property
    def parts(self) -> tuple[OfficePart, ...]:
        """Its parts, in order."""

    @property
    def law(self) -> LawOfOffice:
        """What the law takes in all parts together, and what it leaves of each resource."""

    @property
    def shares(self) -> pd.DataFrame:
        """Floors of the whole office."""

    @property
    def plan(self) -> PartPlan:
        """The plan over all parts."""


class WholeOffice(OfficeInParts, Protocol):
    """A run as one of its parts sees it."""

    @property
    def seal(self) -> OfficeSeal:
        """The office's seal for the run."""

    @property
    def at(self) -> Month:
        """Month-end on which the plan stands."""

    @property
    def resolved(self) -> Resolved:
        """The scenario."""

    @property
    def catalogue_digests(self) -> CatalogueDigests:
        """Digests of the parameters, as keys of stages hold them."""

    @property
    def effects(self) -> impact.Effects:
        """What help changed, learnt from everybody."""

    @property
    def decided(self) -> Decided:
        """Decisions by hand."""

    @property
    def township_of(self) -> Mapping[str, str]:
        """Village -> name of its township."""

    def given(self, stage: str) -> Given:
        """Return the parameters that a stage reads, made once for all parts."""

    def rest_of(self, part: OfficePart) -> RestOfOffice:
        """Return what a part is told of the whole."""

    @property
    def amounts_left(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """What is left of each resource of the office, and the shares that its funds keep."""

    def groups_of(self, part: OfficePart, standing: pd.DataFrame) -> pd.DataFrame:
        """Return the households of a part with the groups that shares speak of."""
