"""Standard multiple-choice knapsack files: read, solved, and refused in words."""

from itertools import product

import numpy as np
import pytest

from povlib.allocation.mmkp import read_mmkp, solve_file
from povlib.errors import ProblemError


def write(path, seed, groups=5, items=4, rows=3):
    rng = np.random.default_rng(seed)
    weight, value = rng.integers(0, 20, (groups, items, rows)), rng.integers(1, 60, (groups, items))
    capacity = (weight.mean(axis=1).sum(axis=0) * 1.05).astype(int)
    lines = [f"{groups} {rows}", " ".join(map(str, capacity))]
    for g in range(groups):
        lines += [str(items), *(" ".join(map(str, [value[g, k], *weight[g, k]])) for k in range(items))]
    path.write_text("\n".join(lines) + "\n")
    best = None
    for choice in product(range(items), repeat=groups):
        if (weight[range(groups), choice].sum(axis=0) <= capacity).all():
            best = max(best or 0, int(value[range(groups), choice].sum()))
    return best


def test_small_files_are_solved_to_the_optimum(tmp_path):
    solved = 0
    for seed in range(12):
        best = write(tmp_path / "a.txt", seed)
        if best is not None:
            found = solve_file(tmp_path / "a.txt", time_limit_s=20)
            assert (found["value"], found["gap"], found["status"]) == (best, 0.0, "optimal")
            assert found["price_bound"] >= found["bound"] >= best
            solved += 1
    assert solved > 5


def test_items_may_differ_in_number(tmp_path):
    (tmp_path / "b.txt").write_text("2 1 4\n1\n7 1\n3\n0 0 5 2 9 4")
    problem = read_mmkp(tmp_path / "b.txt")
    assert np.diff(problem.start).tolist() == [1, 3]
    assert solve_file(tmp_path / "b.txt")["value"] == 12.0


@pytest.mark.parametrize("text", ["", "2", "2 1 4\n1\n7 1", "1 1 4\n1\n7 1 9", "0 1 3", "one two", "1 1 4\n0"])
def test_bad_files_are_refused(tmp_path, text):
    (tmp_path / "c.txt").write_text(text)
    with pytest.raises(ProblemError, match=r"c\.txt"):
        solve_file(tmp_path / "c.txt")
    with pytest.raises(ProblemError):
        solve_file(tmp_path / "missing.txt")
