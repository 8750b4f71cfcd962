"""Where words of households stand on a day, and the counts: held against a walk through every word."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.ledger.voice.household_words import KINDS, day_number
from povlib.runs.voice.household_voice import standing_of_words, voice_counts

FIRST, TODAY = date(2016, 2, 20), date(2016, 3, 20)
WORDS = st.lists(
    st.tuples(
        st.sampled_from(KINDS), st.integers(0, 25), st.one_of(st.none(), st.integers(1, 12)),
        st.one_of(st.none(), st.integers(0, 25)), st.sampled_from(["upheld", "rejected", "granted", "declined"]),
    ), max_size=12,
)  # fmt: skip


def _frame(said: list[tuple]) -> pd.DataFrame:
    rows = []
    for at, (kind, day, deadline, took, outcome) in enumerate(said):
        on = FIRST + timedelta(days=day)
        asked = kind in ("wish", "objection", "appeal")
        answered = took is not None and asked and on + timedelta(days=took) <= TODAY
        rows.append({
            "id": f"h-{at:02d}", "kind": kind, "day": day_number(on), "outcome": outcome if answered else "",
            "due_day": day_number(on + timedelta(days=deadline)) if deadline and asked else pd.NA,
            "answered_day": day_number(on + timedelta(days=took)) if answered else pd.NA,
        })  # fmt: skip
    columns = ["id", "kind", "day", "outcome", "due_day", "answered_day"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"day": "Int64", "due_day": "Int64", "answered_day": "Int64"})


def _day(number: int) -> date:
    return date.fromisoformat(f"{number // 10000}-{number // 100 % 100:02d}-{number % 100:02d}")


@settings(max_examples=100, deadline=None)
@given(WORDS)
def test_states_and_counts_are_those_of_a_walk_through_every_word(said):
    frame = _frame(said)
    standing = standing_of_words(frame, TODAY)
    states = standing.set_index("id")["state"].to_dict()
    waits: dict[str, list[int]] = {kind: [] for kind in KINDS}
    told = {kind: dict.fromkeys(("said", "open", "overdue", "in_time", "late", "upheld"), 0) for kind in KINDS}
    for row in frame.to_dict("records"):
        own = told[row["kind"]]
        own["said"] += 1
        own["upheld"] += row["outcome"] in ("upheld", "granted")
        if row["kind"] in ("consent", "refusal"):
            assert states[row["id"]] == "no_answer_asked"
            continue
        done = not pd.isna(row["answered_day"])
        end = _day(row["answered_day"]) if done else TODAY
        late = not pd.isna(row["due_day"]) and end > _day(row["due_day"])
        key = ("late" if late else "in_time") if done else ("overdue" if late else "open")
        own[key] += 1
        assert states[row["id"]] == {"late": "answered_late", "in_time": "answered"}.get(key, key)
        if done:
            waits[row["kind"]].append((end - _day(row["day"])).days)
    counts = voice_counts(standing).set_index("kind")
    for kind, own in told.items():
        assert {name: int(counts.loc[kind, name]) for name in own} == own
        longest = counts.loc[kind, "longest_days"]
        assert (max(waits[kind]) == longest) if waits[kind] else pd.isna(longest)


def test_a_deadline_holds_to_the_end_of_its_day_and_overdue_comes_first():
    frame = _frame([("objection", 0, 10, None, ""), ("objection", 1, 12, None, "")])
    due = FIRST + timedelta(days=10)
    assert standing_of_words(frame, due)["state"].tolist() == ["open", "open"]
    after = standing_of_words(frame, due + timedelta(days=1))
    assert after[["id", "state", "days_late"]].to_numpy().tolist() == [["h-00", "overdue", 1], ["h-01", "open", 0]]
