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


TINY = "2 1\n4\n2\n0 0\n5 2\n2\n0 0\n6 3\n"
LAYOUTS = {
    "comments": "# a file\n2 1 // groups, resources\n\n4\n2\n0 0\n5 2 % cheap\n\n2\n0 0\n6 3\n; end\n",
    "commas and tabs": "2,1\r\n4\r\n2\r\n0,\t0\r\n5,\t2\r\n2\r\n0,0\r\n6,3\r\n",
    "one line": TINY.replace("\n", " "),
    "byte order mark": "\ufeff" + TINY,
    "title before": "Problem A\n" + TINY,
    "solutions after": TINY + "--------\n Solutions by HEU:\n 0 1 6.0\n",
    "Khan, groups from 1": "2 2 1\n4\n1\n0 0\n5 2\n2\n0 0\n6 3\n",
    "Khan, groups from 0": "2 2 1\n4\n0\n0 0\n5 2\n1\n0 0\n6 3\n",
    "written in floats": "2.0 1.0\n4.0\n2\n0.0 0.0\n5.0 2.0\n2\n0.0 0.0\n6.0 3.0\n",
    "decimal uses": "2 1\n0.4\n2\n0 0\n5 0.2\n2\n0 0\n6 0.3\n",
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_is_read(tmp_path, name):
    (tmp_path / "d.txt").write_text(LAYOUTS[name], encoding="utf-8", newline="")
    problem = read_mmkp(tmp_path / "d.txt")
    assert problem.value.tolist() == [0, 5_000_000, 0, 6_000_000]
    assert problem.use.toarray().ravel().tolist() == [0, 2, 0, 3]
    assert problem.capacity.tolist() == [4]


def test_values_may_be_decimals_and_nothing_may_fit(tmp_path):
    (tmp_path / "e.txt").write_text("1 1\n4\n2\n2.5 1\n3.7 5\n")
    assert solve_file(tmp_path / "e.txt")["value"] == 2.5
    (tmp_path / "e.txt").write_text("2 1\n4\n1\n2 3\n1\n2 3\n")
    assert solve_file(tmp_path / "e.txt") == {
        "value": None, "bound": None, "gap": None, "price_bound": None, "status": "infeasible"
    }  # fmt: skip


def khan(path, groups, items, rows, seed):
    """Strongly correlated groups, drawn as Khan (1998) did: capacity for half of what could be used."""
    rng = np.random.default_rng([groups, items, rows, seed])
    weight, price = rng.integers(0, 10, (groups, items, rows)), rng.integers(0, 10, rows)
    value = (weight * price).sum(axis=2) + rng.integers(0, 3 * rows, (groups, items))
    lines = [f"{groups} {rows}", " ".join([str(5 * groups)] * rows)]
    for g in range(groups):
        lines += [str(items), *(" ".join(map(str, [value[g, k], *weight[g, k]])) for k in range(items))]
    path.write_text("\n".join(lines) + "\n")


def test_hard_files_stop_in_time_with_a_small_gap(tmp_path):
    khan(tmp_path / "f.txt", 100, 10, 10, 1)
    found = solve_file(tmp_path / "f.txt", time_limit_s=1.5)
    assert found["status"] == "time"
    assert 0 < found["gap"] < 0.004 * found["value"]
    assert found["bound"] == int(found["bound"])  # values are whole numbers: so is the best plan's


@pytest.mark.parametrize(
    "text",
    ["", "2", "2 1 4\n1\n7 1", "1 1 4\n1\n7 1 9", "0 1 3", "one two", "1 1 4\n0", "1 1 4\n1.5\n7 1", "2 1 4\n1\n7 x"],
)
def test_bad_files_are_refused(tmp_path, text):
    (tmp_path / "c.txt").write_text(text)
    with pytest.raises(ProblemError, match=r"c\.txt"):
        solve_file(tmp_path / "c.txt")
    with pytest.raises(ProblemError):
        solve_file(tmp_path / "missing.txt")
