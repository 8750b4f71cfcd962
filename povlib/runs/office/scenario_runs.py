"""Which scenarios of an office were planned: the newest finished run of each, read from the runs' records alone.

Responsible for finding them quickly. Not responsible for what is in a run (`povlib.runs.run_folders`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from povlib.runs.office.office_place import Place
from povlib.runs.storage.manifest import NAME as MANIFEST
from povlib.runs.stored_run import RECORD
from povlib.scenarios import Resolved, RunInfo


class ScenarioRun(NamedTuple):
    """A run of a scenario: its id, and whether it was made with the values that hold now (not with the newest data)."""

    run_id: str
    is_current: bool


def runs_by_scenario(place: Place, resolved: Mapping[str, Resolved]) -> dict[str, ScenarioRun]:
    """Return the newest finished run of each scenario, made without further changes on the command line.

    Parameters
    ----------
    place : Place
    resolved : mapping
        Scenario -> what it resolves to now; a run of one that is not sound any more is not of its present values.
    """
    found: dict[str, tuple[int, ScenarioRun]] = {}
    for manifest in place.office.runs.glob(f"*/{MANIFEST}"):
        try:
            record = json.loads((manifest.parent / RECORD).read_text(encoding="utf-8"))
            info = RunInfo.from_plain(record["run"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a record that cannot be read is for `verify` to name
        if record.get("overrides"):
            continue
        now = resolved.get(info.scenario)
        same = now is not None and (now.catalogue.digest, now.settings) == (info.catalogue_digest, info.settings)
        made = manifest.stat().st_mtime_ns
        if made > found.get(info.scenario, (0,))[0]:
            found[info.scenario] = (made, ScenarioRun(info.run_id, same))
    return {name: run for name, (_, run) in found.items()}
