"""Parts joined are the whole problem: every value, use, demand of funds and share, whatever the partition."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from office_parts import compact, cut, office_tables, township, whole

from povlib.allocation import Problem
from povlib.allocation.parts.compact_parts import CompactOffice
from povlib.allocation.parts.joined_office import join_parts
from povlib.vocabulary.resource_keys import share_key


def _content_of_whole(problem: Problem) -> dict[str, Any]:
    """Return of each allowed package its value and what it uses of every row and set of funds."""
    assert problem.money is not None
    columns = {str(row): problem.use[:, [at]].toarray().ravel() for at, row in enumerate(problem.rows["row"])}
    columns |= {str(state): problem.money.demand(state) for state in problem.money.binding_states()}
    told = {}
    for at in np.flatnonzero(problem.allowed).tolist():
        used = {name: int(column[at]) for name, column in columns.items() if column[at]}
        told[str(problem.package[at])] = (int(problem.value[at]), used)
    return told


def _content_of_parts(compact: CompactOffice) -> dict[str, Any]:
    office, told = compact.office, {}
    keys = office.rows["row"].to_numpy(object)
    names = [*keys[compact.shared], *map(str, compact.states), *(share_key(rule.name) for rule in office.shares)]
    for at, part in enumerate(compact.parts):
        common, own = part.office[part.kind].toarray(), part.own[part.kind].toarray()
        package = np.asarray(office.parts[at].column("package"))[part.package]
        for q in range(len(part.value)):
            used = dict(zip(names, common[q].tolist(), strict=True))
            used |= dict(zip(keys[compact.own[at]], own[q].tolist(), strict=True))
            told[str(package[q])] = (int(part.value[q]), {name: n for name, n in used.items() if n})
    return told


@pytest.mark.parametrize("seed", range(4))
def test_parts_joined_are_the_whole(tmp_path: Path, seed: int) -> None:
    tables = township(seed)
    problem = whole(tables)
    found = compact(cut(tables, tmp_path, 1 + seed, seed), office_tables(tables))
    assert _content_of_parts(found) == _content_of_whole(problem)
    assert problem.money is not None
    office = found.office
    rows = office.rows.set_index("row")["capacity"]
    for name, kind, capacity in problem.rows[["row", "kind", "capacity"]].itertuples(index=False):
        assert kind == "share" or rows[name] == capacity
    assert office.funds == problem.money.funds
    for one, other in (("budget", "budget"), ("child", "child"), ("ceiling", "household_ceiling")):
        assert np.array_equal(getattr(office, one), getattr(problem.money, other))
    assert list(found.states) == problem.money.binding_states()


def test_order_of_parts_does_not_matter(tmp_path: Path) -> None:
    tables = township(1)
    folders = cut(tables, tmp_path, 3, 1)
    digests = {join_parts(order, office_tables(tables)).digest for order in (folders, folders[::-1])}
    again = cut(tables, tmp_path / "again", 3, 1)
    assert digests == {join_parts(again, office_tables(tables)).digest}
