"""What a run is, for those who print or store it: plain data that `report` and `runs` share.

Responsible for the fields and for their plain form. Not responsible for computing any of them.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from povlib.params import Settings
from povlib.scenarios.layers import TraceRow
from povlib.words import SOURCE_LANGUAGE

_TITLE = "title_"


@dataclass(frozen=True)
class RunInfo:
    """Everything that says how a paper came about.

    Parameters
    ----------
    scenario : str
        The scenario planned.
    titles : dict
        Its title by language.
    catalogue_digest : str
        `Catalogue.digest` after all layers.
    settings : Settings
    trace : tuple of TraceRow
    ledger_head : str
        Hash of the ledger's chain.
    batch : int
        The last batch of data the run knew.
    run_id, code_digest : str
    solver_versions : dict
        Name -> version.
    seed : int
    synthetic : bool
        Made from the practice township.
    draft : bool
        Not approved yet: printed 草案.
    decided : int
        The last batch of decisions by hand that the run knew; 0 when there was none.

    Examples
    --------
    >>> info = RunInfo("base", {"zh": "基准方案", "en": "base"}, "c" * 64, Settings(), (), "h" * 64, 12, "r1", "d" * 64)
    >>> info.title("en"), info.seed, info.draft
    ('base', 2016, True)
    """

    scenario: str
    titles: dict[str, str]
    catalogue_digest: str
    settings: Settings
    trace: tuple[TraceRow, ...]
    ledger_head: str
    batch: int
    run_id: str
    code_digest: str
    solver_versions: dict[str, str] = field(default_factory=dict)
    seed: int = 2016
    synthetic: bool = False
    draft: bool = True
    decided: int = 0

    def title(self, lang: str) -> str:
        """Return the title in a language; English where it has none of its own."""
        return self.titles.get(lang) or self.titles[SOURCE_LANGUAGE]

    def plain(self) -> dict[str, Any]:
        """Return plain values for a manifest; `from_plain` reads them back."""
        values = asdict(self)
        # one key a language, so that a manifest reads the same whichever languages an office adds
        titles = {f"{_TITLE}{lang}": title for lang, title in values.pop("titles").items()}
        if not self.decided:  # a run on which nothing was decided reads as those made before there were decisions
            del values["decided"]
        told = {"scenario": values.pop("scenario"), **titles, **values}
        return {**told, "settings": self.settings.recorded(), "trace": [asdict(row) for row in self.trace]}

    @classmethod
    def from_plain(cls, values: dict[str, Any]) -> RunInfo:
        """Return the run that `plain` wrote."""
        titles = {name.removeprefix(_TITLE): title for name, title in values.items() if name.startswith(_TITLE)}
        values = {name: value for name, value in values.items() if not name.startswith(_TITLE)} | {"titles": titles}
        trace = tuple(TraceRow(**row) for row in values["trace"])
        return cls(**{**values, "settings": Settings.model_validate(values["settings"]), "trace": trace})

    def to_json(self) -> str:
        """Return `plain` as JSON with sorted keys."""
        return json.dumps(self.plain(), ensure_ascii=False, sort_keys=True, indent=1)
