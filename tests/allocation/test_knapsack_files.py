"""Standard multiple-choice knapsack files: read, solved, and refused in words."""

import json
import sys
import time
from itertools import product

import numpy as np
import pytest

from povlib.errors import ProblemError


def read_mmkp(path):
    return sys.modules["knapsack_files"].read_mmkp(path)


def solve_file(path, **options):
    return sys.modules["knapsack_files"].solve_file(path, **options)


def written(path, *problem):
    return sys.modules["khan_instances"].written(path, *problem)


def drawn_file(path, name, seed):
    made = sys.modules["khan_instances"]
    return made.written(path, *made.drawn(*made.SIZES[name], seed))


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
        found = solve_file(tmp_path / "a.txt", time_limit_s=120)
        if best is None:
            assert found == {"value": None, "bound": None, "gap": None, "status": "infeasible"}
        else:
            assert found == {"value": best, "bound": best, "gap": 0, "status": "optimal"}
            assert {type(found[name]) for name in ("value", "bound", "gap")} == {int}
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
    "numbered groups": "2 1\n4\n1\n0 0\n5 2\n2\n0 0\n6 3\n",
    "with exponents": "2 1\n4e0\n2\n0 0\n.5e1 2E+0\n2\n0 0\n6. 300e-2\n",
    "blank lines, blanks at the end": "\n\n 2   1 \r\n\r\n4  \r\n2\t\r\n0 0 \n5 2 \n\n2 \n0 0 \n6 3 \n\n\n",
    "old Macintosh": TINY.replace("\n", "\r"),
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
        "value": None, "bound": None, "gap": None, "status": "infeasible"
    }  # fmt: skip


def best_of(value, weight, capacity):
    found = None
    for choice in product(range(value.shape[1]), repeat=len(value)):
        at = (range(len(value)), choice)
        if (weight[at].sum(axis=0) <= capacity + 1e-9).all():
            found = max(found or 0.0, float(value[at].sum()))
    return found


@pytest.mark.parametrize("digits", [1, 3, 6, 9])
def test_decimal_values_and_uses_lose_nothing(tmp_path, digits):
    """The bound stays a bound, and the value a value, however many decimals there are."""
    rng = np.random.default_rng(digits)
    for _ in range(5):
        value, weight = rng.random((4, 4)) * 9, rng.random((4, 4, 2)) * 9
        value, weight = np.round(value, digits), np.round(weight, digits)
        capacity = np.round(weight.mean(axis=1).sum(axis=0), digits)
        found = solve_file(written(tmp_path / "r.txt", value, weight, capacity))
        assert found["status"] == "optimal"
        assert found["value"] == pytest.approx(best_of(value, weight, capacity), abs=1e-5)
        assert 0 <= found["gap"] <= 1e-5
        if digits <= 6:
            assert found["value"] == found["bound"] == pytest.approx(best_of(value, weight, capacity), abs=1e-12)


def test_large_values_keep_every_digit(tmp_path):
    (tmp_path / "v.txt").write_text("2 1 4  2 1000000001 0 7000000003 2  2 0 0 9000000007 3")
    assert solve_file(tmp_path / "v.txt") == {"value": 10000000008, "bound": 10000000008, "gap": 0, "status": "optimal"}


def _drawn_near(largest, seed, groups=4, items=4):
    """Values around a number that floats cannot hold, uses of one row, and the best there is in exact integers."""
    rng = np.random.default_rng(seed)
    value = [[largest + int(v) for v in row] for row in rng.integers(0, 50, (groups, items))]
    weight = rng.integers(0, 20, (groups, items)).tolist()
    capacity = int(np.mean(weight) * groups)
    lines = [f"{groups} 1", str(capacity)]
    for own, uses in zip(value, weight, strict=True):
        lines += [str(items), *(f"{v} {w}" for v, w in zip(own, uses, strict=True))]
    best = None
    for choice in product(range(items), repeat=groups):
        if sum(weight[g][k] for g, k in enumerate(choice)) <= capacity:
            total = sum(value[g][k] for g, k in enumerate(choice))
            best = total if best is None else max(best, total)
    return "\n".join(lines), best


@pytest.mark.parametrize("largest", [2**53 - 20, 2**53 + 1, 10**18 + 7, 10**30 + 1, -(2**60) - 3])
def test_values_beyond_what_floats_hold_are_counted_in_exact_integers(tmp_path, largest):
    for seed in range(4):
        written_file, best = _drawn_near(largest, seed)
        (tmp_path / "x.txt").write_text(written_file)
        found = solve_file(tmp_path / "x.txt")
        if best is None:
            assert found["status"] == "infeasible"
        else:
            assert found == {"value": best, "bound": best, "gap": 0, "status": "optimal"}


def test_values_that_span_too_much_keep_a_true_bound_and_are_not_called_optimal_without_proof(tmp_path):
    rng = np.random.default_rng(1)
    value = [[int(rng.integers(0, 2**62)) * 2**20 + int(v) for v in rng.integers(0, 9, 4)] for _ in range(4)]
    weight = rng.integers(0, 20, (4, 4)).tolist()
    lines = ["4 1 30"]
    for own, uses in zip(value, weight, strict=True):
        lines += ["4", *(f"{v} {w}" for v, w in zip(own, uses, strict=True))]
    (tmp_path / "y.txt").write_text("\n".join(lines))
    best = max(
        sum(value[g][k] for g, k in enumerate(choice))
        for choice in product(range(4), repeat=4)
        if sum(weight[g][k] for g, k in enumerate(choice)) <= 30
    )
    found = solve_file(tmp_path / "y.txt")
    assert found["value"] <= best <= found["bound"]
    assert found["gap"] == found["bound"] - found["value"]
    assert (found["status"] == "optimal") == (found["gap"] == 0)
    assert found["gap"] < best * 1e-9


@pytest.mark.parametrize("uses", ["9007199254740993", "0.12345678901234567891", "123456789012345678"])
def test_uses_that_floats_cannot_hold_are_refused(tmp_path, uses):
    (tmp_path / "w.txt").write_text(f"2 1 9007199254740992  2 0 0 5 {uses}  2 0 0 6 3")
    with pytest.raises(ProblemError, match="exactly"):
        read_mmkp(tmp_path / "w.txt")


def test_a_group_of_uses_all_zero_and_capacities_of_nothing(tmp_path):
    (tmp_path / "z.txt").write_text("2 2 0 0\n3\n1 0 0\n9 1 0\n5 0 0\n1\n2 0 0\n")
    assert solve_file(tmp_path / "z.txt")["value"] == 7


@pytest.mark.thorough
def test_hard_files_stop_in_time_with_a_small_gap(tmp_path):
    drawn_file(tmp_path / "f.txt", "I07", 1)
    began = time.monotonic()
    found = solve_file(tmp_path / "f.txt", time_limit_s=1.5)
    assert time.monotonic() - began < 6  # a busy machine has its own second
    assert found["status"] == "time"
    assert 0 < found["gap"] < 0.006 * found["value"]
    assert isinstance(found["bound"], int)  # values are whole numbers: so is the best plan's


def test_the_command_prints_one_line_and_says_by_its_exit_code_whether_there_is_a_plan(tmp_path, capfd):
    main = sys.modules["knapsack_files"].main

    def said(text):
        (tmp_path / "x.txt").write_text(text)
        code = main([str(tmp_path / "x.txt"), "--time-limit", "20"])
        return code, *capfd.readouterr()

    code, out, _ = said(TINY)
    assert (code, out.count("\n"), json.loads(out)) == (0, 1, {"value": 6, "bound": 6, "gap": 0, "status": "optimal"})
    code, out, _ = said("1 1 2\n1\n5 3\n")
    assert (code, json.loads(out)["status"], json.loads(out)["value"]) == (1, "infeasible", None)
    code, out, error = said("1 1 2\n2\n5 3\n4 x\n")
    assert (code, out) == (2, "")
    assert "x.txt:4" in error


BAD = {
    "": "c.txt", "2": "c.txt", "2 1 4\n1\n7 1": "c.txt:3", "1 1 4\n1\n7 1 9": "c.txt:3", "0 1 3": "c.txt:1",
    "one two": "c.txt", "1 1 4\n0": "c.txt:2", "1 1 4\n1.5\n7 1": "c.txt:2", "2 1 4\n1\n7 x": "c.txt:3",
    "1 1 4\n1\n1e999 1": "c.txt:3", "1 1 4\n1\nnan 1": "c.txt:2", "-1 1": "c.txt:1",
    "1 1 1\n2\n1 0.1234567890123456\n1 1234567.1": "c.txt",
}  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_bad_files_are_refused_with_their_line(tmp_path, text):
    (tmp_path / "c.txt").write_text(text)
    with pytest.raises(ProblemError) as caught:
        solve_file(tmp_path / "c.txt")
    assert caught.value.faults[0].where == BAD[text]
    with pytest.raises(ProblemError):
        solve_file(tmp_path / "missing.txt")
    with pytest.raises(ProblemError):
        solve_file(tmp_path / "c.txt", time_limit_s=0.0)
