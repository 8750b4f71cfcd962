"""Parts put together to groups: the same packages and uses, and choices that come back to their parts."""

from pathlib import Path

import numpy as np
import pytest
from office_parts import compact, cut, office_tables, township

from povlib.allocation.parts.part_groups import grouped_parts


@pytest.mark.parametrize("most", [1, 250, 10**6])
def test_groups_use_what_their_parts_use(tmp_path: Path, most: int) -> None:
    tables = township(3, 120, 6)
    office = compact(cut(tables, tmp_path, 4, 3), office_tables(tables))
    groups = grouped_parts(office, most)
    assert sum(map(len, groups.households)) == 4
    assert len(groups.compact.parts) <= 4
    random, home = np.random.default_rng(0), 0
    for at, group in enumerate(groups.compact.parts):
        taken = random.integers(group.start[:-1], group.start[1:])
        use = np.asarray(group.own[group.kind[taken]].sum(axis=0)).ravel()
        shared = np.asarray(group.office[group.kind[taken]].sum(axis=0)).ravel()
        value, rows = 0, []
        for member, package in groups.choices(at, taken):
            part = office.parts[member]
            own = np.searchsorted(part.package, package)
            assert (part.package[own] == package).all()
            assert (np.searchsorted(part.start, own, side="right") - 1 == np.arange(part.households)).all()
            value += int(part.value[own].sum())
            rows.append(np.asarray(part.own[part.kind[own]].sum(axis=0)).ravel())
            shared = shared - np.asarray(part.office[part.kind[own]].sum(axis=0)).ravel()
            home += 1
        assert value == int(group.value[taken].sum())
        assert (use == np.concatenate(rows)).all()
        assert not shared.any()
        assert (
            groups.compact.limit[at] == np.concatenate([office.limit[m] for m, _ in groups.choices(at, taken)])
        ).all()
        # villages of one part are not those of another
        assert len(np.unique(group.village)) == sum(
            len(np.unique(office.parts[m].village)) for m, _ in groups.choices(at, taken)
        )
    assert home == 4
