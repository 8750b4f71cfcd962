"""YAML of the workbench's own making, read as plain values: forms, mappings, rule packs.

Read by every room, the simulator too, so that it stands beside them and knows none. Not responsible for what an office
types, which is read with its lines (`povlib.params.reading`).
"""

from __future__ import annotations

import re
from typing import Any

import yaml

# A choice: levels below which nothing that is shipped or typed lies.
MAX_DEPTH = 40
# lists or keys begun on one line after another, each a level deeper
_BEGUN_ON_ONE_LINE = re.compile(rf"(?:[-?:][ \t]+){{{MAX_DEPTH}}}")


def may_be_deep(content: str) -> bool:
    """Return whether a text may nest so deeply that the parser in C, which has no limit, would end the process."""
    depth = most = 0
    for mark in re.findall(r"[\[\]{}]", content):
        depth = depth + 1 if mark in "[{" else max(depth - 1, 0)
        most = max(most, depth)
    return most > MAX_DEPTH or bool(_BEGUN_ON_ONE_LINE.search(content))


def plain_values(content: str) -> Any:
    """Return the values of a YAML text that the workbench's own parts are described in: forms, mappings, rule packs.

    By the scalars of YAML 1.1, as these are written.

    Raises
    ------
    yaml.YAMLError
        If it is no YAML.

    Examples
    --------
    >>> plain_values("keep: yes")
    {'keep': True}
    """
    if hasattr(yaml, "CSafeLoader") and not may_be_deep(content):
        try:
            return yaml.load(content, Loader=yaml.CSafeLoader)
        except yaml.YAMLError:
            pass  # the slow parser says what is wrong in the words that everybody knows
    return yaml.safe_load(content)
