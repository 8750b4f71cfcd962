"""A part of a run that cannot be said: the refusal is kept as an artefact, in no language.

Responsible for turning refusals into bundles and back. Not responsible for what is refused (`povlib.poverty`)
or for wording.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from povlib.errors import DataError, Fault
from povlib.runs.storage.artefacts import Bundle, to_bundle

_REFUSED = "refused"


@dataclass(frozen=True)
class Refused:
    """Why a part of the description cannot be had."""

    faults: tuple[Fault, ...]

    def show(self, lang: str) -> str:
        """Return the reasons in words."""
        return "\n".join(fault.show(lang) for fault in self.faults)


def result_or_refusal(make: Callable[[], Any]) -> Bundle:
    """Return what `make` returns as a bundle, or its refusal as one."""
    try:
        return to_bundle(make())
    except DataError as error:
        return Bundle(facts={_REFUSED: [asdict(fault) for fault in error.faults]})


def refusal_in(bundle: Bundle) -> Refused | None:
    """Return the refusal that a bundle holds; None when it holds results."""
    if _REFUSED not in bundle.facts:
        return None
    return Refused(tuple(Fault(**fault) for fault in bundle.facts[_REFUSED]))
