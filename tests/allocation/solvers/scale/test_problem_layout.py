import json

import numpy as np
import pytest

from povlib.allocation.solvers.scale import Amount, Layout, Row, VillageRow
from povlib.errors import ProblemError


def example(**changed):
    given = {
        "measures": ["house", "job"],
        "packages": [(), ("house",), ("job",), ("house", "job")],
        "rows": [Row("fund", 1000), Row("given out", 10, ">="), Row("jobs", 5)],
        "amounts": [Amount("bill", "house", {"fund": 1, "given out": 2})],
        "units": {"job": {"jobs": 1, "fund": 30}},
        "village_rows": [VillageRow("posts", measures={"job": 1}), VillageRow("served", ">=", any_package=1)],
    }
    return Layout(**{**given, **changed})


def test_uses_are_written_in_their_at_most_form():
    layout = example()
    assert layout.capacity.tolist() == [1000, -10, 5]
    assert layout.amount_use.tolist() == [[1, -2, 0]]
    assert layout.unit_use.tolist() == [[0, 0, 0], [30, 0, 1]]
    assert layout.village_use.tolist() == [[0, 0], [0, -1], [1, -1], [1, -1]]
    assert layout.classes.tolist() == [0, 1, 2, 2]
    assert layout.class_use.tolist() == [[0, 0], [0, -1], [1, -1]]


def test_steps_add_up_every_package_from_one_measure_at_a_time():
    layout = example()
    parent, added, of = layout.steps
    cost = np.array([5.0, 7.0])
    node = np.zeros(len(parent))
    for t in range(1, len(parent)):
        node[t] = node[parent[t]] + cost[added[t]]
    assert node[of].tolist() == [0.0, 5.0, 7.0, 12.0]


def test_json_gives_the_same_layout_back():
    layout = example()
    again = Layout.read(json.loads(layout.to_json()))
    assert again.to_json() == layout.to_json()
    assert (again.village_use == layout.village_use).all()


def test_other_capacities_leave_everything_else():
    changed = example().with_capacity({"fund": 7})
    assert [row.capacity for row in changed.rows] == [7, 10, 5]
    with pytest.raises(ProblemError, match=r"no such|not in|不在|1"):
        example().with_capacity({"nobody": 1})


def test_all_faults_are_named_at_once():
    with pytest.raises(ProblemError) as caught:
        example(
            measures=["house", "house"],
            rows=[Row("fund", 1000, "=="), Row("jobs", 0.5)],
            amounts=[Amount("bill", "roof", {"purse": 1})],
        )
    said = caught.value.show("en")
    for word in ("house", "job", "roof", "purse", "fund", "0.5"):
        assert word in said


@pytest.mark.parametrize("count", [0, 128])
def test_a_choice_must_fit_one_byte(count):
    with pytest.raises(ProblemError, match="packages"):
        Layout([], [()] * count if count == 0 else [(f"m{k}",) for k in range(count)], [])
