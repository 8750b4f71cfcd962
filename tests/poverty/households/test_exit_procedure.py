"""The exit procedure: the state of every household from its recorded steps, and what is out of order."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from povlib.errors import DataError, ParameterError
from povlib.params import load_procedure
from povlib.places import PARAMS
from povlib.poverty.households.exit_procedure import procedure_standing, recorded_steps, standing_by_village, step_marks
from povlib.words import language_in_use

PROCEDURE = load_procedure()
DAYS = [date(2016, 11, day) for day in (1, 3, 5, 8, 10, 18, 20, 22)]
STEPS = [step.names.zh for step in PROCEDURE.steps]


def marks(steps: dict[str, list[tuple[str, date]]]) -> pd.DataFrame:
    rows = [step_marks(PROCEDURE, step, day, [hh]) for hh, taken in steps.items() for step, day in taken]
    frame = (
        pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["hh", "month", "kind", "route", "person"])
    )
    before = pd.DataFrame({"hh": ["A"], "month": [24196], "kind": "预脱贫", "route": "就业-本地", "person": None})
    return pd.concat([frame, before], ignore_index=True)


def township(steps=None, **changes) -> SimpleNamespace:
    households = pd.DataFrame(
        {
            "hh": list("ABCDEF"),
            "village": ["乐北", "乐北", "乐北", "农家", "农家", "农家"],
            "size": [3, 2, 4, 1, 5, 2],
            "status": ["未脱贫", "未脱贫", "未脱贫", "返贫", "已脱贫", "未脱贫"],
            "objects": pd.array([False] * 6, dtype="boolean"),
        }
    ).assign(**changes)
    return SimpleNamespace(households=households, marks=marks(steps or {}))


def verdict(passes=(True, False, False, False, True, None)) -> pd.DataFrame:
    return pd.DataFrame({"hh": list("ABCDEF"), "exits": pd.array(passes, dtype="boolean")})


def states(found: pd.DataFrame) -> dict[str, str]:
    return dict(zip(found["hh"], found["state"], strict=True))


def test_without_a_step_the_rule_and_the_chance_speak():
    found = procedure_standing(township(), verdict(), PROCEDURE, {"B": 0.7, "C": 0.2})
    assert states(found) == {
        "A": "eligible",
        "B": "projected",
        "C": "poor",
        "D": "returned",
        "E": "exited",
        "F": "unknown",
    }
    assert (found["steps"] == 0).all()
    assert set(found["next_step"]) == {"drafted"}
    assert found["marked_before"].tolist()[0] == 24196
    assert found["since"].isna().all()


TAKEN = [
    (1, "in_procedure", "evaluated"),
    (4, "in_procedure", "posted"),
    (5, "posted", "approved"),
    (7, "posted", "marked"),
    (8, "exited", ""),
]


@pytest.mark.parametrize(("taken", "state", "following"), TAKEN)
def test_the_last_step_taken_is_the_state(taken, state, following):
    found = procedure_standing(township({"A": list(zip(STEPS, DAYS, strict=True))[:taken]}), verdict(), PROCEDURE).iloc[
        0
    ]
    assert (found["state"], found["next_step"], found["steps"]) == (state, following, taken)
    assert found["since"] == 12 * 2016 + 10
    assert found["remark"] == ""


def test_a_posting_that_came_down_too_early_is_named():
    early = [*zip(STEPS[:5], DAYS[:5], strict=True), ("批准", date(2016, 11, 15))]
    with language_in_use("en"):
        found = procedure_standing(township({"A": early}), verdict(), PROCEDURE).iloc[0]
    assert found["remark"] == "public posting lasted less than 7 days"
    assert found["posting_ends"] == pd.Timestamp("2016-11-17")


def test_what_is_out_of_order_is_named():
    with language_in_use("en"):
        wrong = {"A": [("民主评议", DAYS[3]), ("入户核实", DAYS[0])], "B": [("公示", DAYS[0])]}
        found = procedure_standing(township(wrong), verdict(), PROCEDURE).set_index("hh")["remark"]
    assert "a step is dated before villagers' evaluation" in found["A"]
    assert "not recorded: village drafts the list" in found["A"]
    assert found["B"].endswith("does not pass the exit test now")
    objects = township({"A": [("拟定名单", DAYS[0])]}, objects=pd.array([True] * 6, dtype="boolean"))
    with language_in_use("en"):
        assert procedure_standing(objects, verdict(), PROCEDURE)["remark"][0] == "the household objects"


def test_a_step_recorded_anew_counts_as_recorded_last():
    again = {"A": [("公示", DAYS[0]), ("公示", DAYS[4])]}
    found = recorded_steps(marks(again), PROCEDURE)
    assert len(found) == 1
    assert found["day"][0] == pd.Timestamp(DAYS[4])


def test_a_step_without_a_day_keeps_its_month():
    frame = pd.DataFrame({"hh": ["A"], "month": [24202], "kind": ["公示"], "route": [None], "person": [None]})
    found = recorded_steps(frame, PROCEDURE)
    assert found["month"][0] == 24202
    assert found["day"].isna().all()


def test_one_that_returned_may_begin_again():
    found = procedure_standing(township({"D": [("拟定名单", DAYS[0])]}), verdict(), PROCEDURE)
    assert states(found)["D"] == "in_procedure"


def test_steps_before_a_return_belong_to_the_episode_before():
    whole = list(zip(STEPS, DAYS, strict=True))
    found = procedure_standing(township({"D": whole}), verdict(), PROCEDURE).set_index("hh").loc["D"]
    assert (found["state"], found["steps"], found["next_step"], found["remark"]) == ("returned", 0, "drafted", "")
    anew = [*whole, (STEPS[0], date(2017, 9, 4))]
    found = procedure_standing(township({"D": anew}), verdict(), PROCEDURE).set_index("hh").loc["D"]
    assert (found["state"], found["steps"], found["next_step"]) == ("in_procedure", 1, "evaluated")


def test_a_dated_return_ends_an_episode_that_was_never_finished():
    begun = township({"D": [(STEPS[0], DAYS[0]), (STEPS[4], DAYS[4])]})
    back = pd.DataFrame({"hh": ["D"], "month": [24206], "kind": "返贫", "route": None, "person": None})
    begun.marks = pd.concat([begun.marks, back], ignore_index=True)
    assert states(procedure_standing(begun, verdict(), PROCEDURE))["D"] == "returned"
    later = step_marks(PROCEDURE, STEPS[0], date(2017, 9, 4), ["D"])
    begun.marks = pd.concat([begun.marks, later], ignore_index=True)
    assert states(procedure_standing(begun, verdict(), PROCEDURE))["D"] == "in_procedure"


def test_villages_add_up():
    found = procedure_standing(township({"B": [("公示", DAYS[0])]}), verdict(), PROCEDURE)
    table = standing_by_village(found, PROCEDURE)
    keys = [state.key for state in PROCEDURE.states]
    assert table[keys].to_numpy().sum() == 6
    assert table[[f"{key}_persons" for key in keys]].to_numpy().sum() == 17
    assert table.set_index("village").loc["乐北", "posted_persons"] == 2


def test_a_step_nobody_knows_is_refused():
    with pytest.raises(DataError, match="吃饭"):
        step_marks(PROCEDURE, "吃饭", DAYS[0], ["A"])


def test_an_office_may_set_its_own_colours_and_faults_are_named_together(tmp_path):
    own = (PARAMS / "procedure.yaml").read_text(encoding="utf-8")
    (tmp_path / "procedure.yaml").write_text(own.replace("#2e8b57", "#c0392b"), encoding="utf-8")
    assert load_procedure(tmp_path).shown("exited").colour == "#c0392b"
    broken = own.replace("key: posted, names: {zh: 公示", "key: drafted, names: {zh: 公示").replace("●", "◆")
    (tmp_path / "procedure.yaml").write_text(broken, encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        load_procedure(tmp_path)
    assert len(caught.value.faults) == 3
    (tmp_path / "procedure.yaml").write_text(own.replace("#2e8b57", "green"), encoding="utf-8")
    with pytest.raises(ParameterError, match="green"):
        load_procedure(tmp_path)
