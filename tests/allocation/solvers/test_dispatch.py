"""Arguments of `solve` that are no numbers are named; a time limit without end is one."""

import math

import pytest

from povlib.allocation import Problem, solve
from povlib.errors import ProblemError


def _small():
    return Problem.from_arrays([0, 5, 0, 6], [0, 0, 1, 1], [0, 0], [[0], [2], [0], [3]], [4])


@pytest.mark.parametrize("options", [{"time_limit_s": math.nan}, {"time_limit_s": None}, {"gap": math.nan}])
def test_what_is_no_number_is_named(options):
    with pytest.raises(ProblemError) as found:
        solve(_small(), **options)
    assert f"{next(iter(options))} must be a number" in found.value.show("en")


@pytest.mark.parametrize("method", ["exact", "priced"])
def test_a_time_limit_without_end(method):
    assert solve(_small(), method, gap=0, time_limit_s=math.inf).value == 6.0


def test_a_use_too_large_needs_a_larger_unit():
    with pytest.raises(ProblemError) as found:
        Problem.from_arrays([0, 5], [0, 0], [0], [[0], [2e18]], [4])
    assert "too large: r0000" in found.value.show("en")
    assert "larger unit" in found.value.show("en")
