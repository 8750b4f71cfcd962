"""The word that reads written papers back, on the practice township's own papers."""

from __future__ import annotations

import json

import pytest

from povlib import runs

pytestmark = pytest.mark.whole_run


def test_the_papers_of_a_run_agree_and_a_planted_difference_is_named(typed) -> None:
    code, out, err = typed("check-papers", "latest")
    assert code == 0, err
    assert "every number that stands in two places is the same" in out
    run = runs.find_run("latest", runs.sample_office())
    # two papers are enough to differ: the others were read
    for path in runs.papers_folder(run).iterdir():
        if path.name.partition(".")[0] not in ("brief", "meeting"):
            path.unlink()
    listed = next(runs.papers_folder(run).glob("brief.*.numbers.json"))
    numbers = json.loads(listed.read_text(encoding="utf-8"))
    numbers["numbers"]["headline.money"]["value"] += 100
    listed.write_text(json.dumps(numbers), encoding="utf-8")
    code, out, err = typed("check-papers", "latest")
    assert code == 1
    assert "headline.money" in err
    assert f"report {run.info.run_id}" in out


def test_a_run_without_papers_says_what_to_do(typed, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(runs, "papers_folder", lambda run: tmp_path)
    code, out, _ = typed("check-papers", "latest")
    assert code == 1
    assert "report " in out
