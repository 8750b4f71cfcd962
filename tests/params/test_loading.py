"""Loading: every fault of every file at once, with file, line, key, value, allowed and a suggestion."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from povlib import params, places
from povlib.errors import ParameterError
from povlib.params.loading import FILES

Spoil = Callable[..., list[str]]


def line_of(path: Path, words: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(i for i, line in enumerate(lines, 1) if words in line)


def test_both_shipped_folders_load_without_a_warning() -> None:
    for folder in (places.PARAMS, places.DATA / "sample" / "params"):
        catalogue = params.load(folder)
        assert not catalogue.warnings
        assert len(catalogue.measures) >= 20


def test_a_misspelt_key_is_named_with_its_line_and_a_suggestion(folder: Path, faults: Spoil) -> None:
    found = faults(("funds", "    amount_yuan: 320000", "    amuont_yuan: 320000"))
    line = line_of(folder / "funds.yaml", "amuont_yuan")
    assert found == [
        f"funds.yaml:{line} special.amuont_yuan: amuont_yuan is no known key Allowed: aliases, amount_yuan, area, "
        "household_ceiling_yuan, in_force, keep, key, names, note, source, status, window "
        "Next: did you mean amount_yuan?"
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("funds", "amount_yuan: 320000", "amount_yuan: -1", "amount_yuan is -1 Allowed: 0 or more"),
        ("funds", "amount_yuan: 320000", "amount_yuan: 4000.005", "4000.005 is no amount in yuan"),
        ("funds", "amount_yuan: 320000", "amount_yuan: 40万", "40万 is no amount in yuan"),
        ("funds", "amount_yuan: 320000", "amount_yuan: true", "true is no amount in yuan"),
        ("funds", "amount_yuan: 320000", "amount_yuan: [1]", "is no amount in yuan"),
        ("funds", "share: 0.5", "share: 1.5", "share is 1.5 Allowed: 1 or less"),
        ("funds", "kinds: [industry]", "kinds: [industri]", "did you mean industry?"),
        ("funds", "kinds: [industry]", "kinds: []", "kinds is empty"),
        ("funds", "{from: 2016-06, to: 2016-12}", "{from: 2016-12, to: 2016-06}", "run backwards"),
        ("funds", "{from: 2016-06, to: 2016-12}", "{from: 2016-13, to: 2016-12}", "2016-13 is no month"),
        ("funds", "{from: 2016-06, to: 2016-12}", "{from: 2016-06}", "to is missing"),
        ("funds", "  status: synthetic", "  status: offical", "offical is not allowed for status"),
        ("funds", "  status: synthetic", "  state: synthetic", "state is no known key"),
        ("funds", "records:", "record:", "did you mean records?"),
        ("funds", "    household_ceiling_yuan: 3000", "    household_ceiling_yuan: 3000\n    area: 联生",
         "there is no area 联生 in villages.yaml"),
        ("support", "basis: bill, amount_yuan: 8000", "basis: bil, amount_yuan: 8000", "did you mean bill?"),
        ("support", "fund: housing, ceiling", "fund: housng, ceiling", "there is no fund housng"),
        ("support", "pool: builders", "pool: builder", "there is no crew builder"),
        ("support", "field: housing_grade", "field: house_grade", "did you mean housing_grade?"),
        ("support", "op: \"==\", value: C", "op: \"==\", value: E", "E is no label that can stand here"),
        ("support", "guarantee: housing", "guarantee: house", "house is not allowed for guarantee"),
        ("support", "amount: 12, over_months: 3", "amount: 11, over_months: 3", "do not divide evenly"),
        ("support", "paid_in: [12]", "paid_in: [13]", "are no calendar months"),
        ("support", "mean: 0.85, sd: 0.15", "mean: .inf, sd: 0.15", "is no number"),
        ("support", "mean: 0.85, sd: 0.15", "mean: 0.85, sd: -0.15", "sd is -0.15 Allowed: 0 or more"),
        ("support", "route: 就业-本地", "route: 就业-远方", "is no route"),
        ("support", "payers: [{fund: county_matching}]", "payers: []", "no fund may pay for this measure"),
        ("posts", "measure: cleaner_post", "measure: cleaner_pots", "did you mean cleaner_post?"),
        ("posts", "village: 联胜", "village: 连胜", "there is no village 连胜"),
        ("posts", "place: 乡镇内", "place: 乡里", "is no workplace"),
        ("posts", "slots: 5", "slots: 2.5", "2.5 is no whole number"),
        ("posts", "slots: 5", "slots: -2", "slots is -2 Allowed: 0 or more"),
        ("posts", "wage_yuan_per_month: 500", "wage_yuan_per_month: 0", "this post pays no wage"),
        ("posts", "measure: cleaner_post", "measure: industry_grant", "industry_grant is no job measure"),
        ("coops", "measure: cattle_coop", "measure: cleaner_post", "a job is filled by a post"),
        ("coops", "villages: [乐北]", "villages: [乐西]", "there is no village 乐西"),
        ("coops", "fund: special", "fund: speciel", "did you mean special?"),
        ("sites", "village: 农家", "village: 农加", "there is no village 农加"),
        ("sites", "fund: county_matching", "fund: county_machting", "did you mean county_matching?"),
        ("sites", "measure: site_house", "measure: cleaner_post", "a job is filled by a post"),
        ("sites", "key: lebei_site", "key: dendrobium", "dendrobium stands here twice"),
        ("sites", "      others: 17", "      others: 17\n      least: 13", "13 places must be taken, but there are 12"),
        ("sites", "households: 20", "households: 60", "the steps of a grant do not rise: [60, 50, 100]"),
        ("sites", "    places: 0", "    places: 3\n    x: 1", "x is no known key"),
        ("sites", "      others: 17", "      others: -1", "others is -1 Allowed: 0 or more"),
        ("sites", "citation: ", "citatoin: ", "did you mean citation?"),
        ("support", "  - {fund: housing, ceiling_yuan: 12000,", "  - {fund: housing, ceiling_yuan: 12000, who: "
         "[{on: worker, field: age, op: '>=', value: 16, citation: c}],", "a programme looks at the household"),
        ("bundling", 'a: "kind:housing", b: "kind:housing"', 'a: "fund:housing", b: "kind:housing"',
         "write fund: on both sides"),
        ("bundling", 'a: "kind:housing", b: "kind:housing"', 'a: "fund:housng", b: "fund:helper"', "fund:housng"),
        ("crews", "2016-06: 12", "2016-06: many", "many is no whole number"),
        ("bundling", "a: five_guarantee", "a: five_guarantees", "did you mean five_guarantee?"),
        ("bundling", "default: allowed", "default: maybe", "maybe is not allowed for default"),
        ("bundling", "verdict: forbidden, past", "verdict: capped, past", "cap_yuan goes with the verdict capped"),
        ("villages", "aliases: [乐北村]", "aliases: [农家]", "农家 could mean 乐北 or 农家"),
        ("villages", "- name: 样五", "- name: 联胜", "联胜 stands here twice"),
        ("lines", "year: 2016, line_yuan: 2952", "year: 2016, line_yuan: 0", "line_yuan is 0 Allowed: more than 0"),
        ("lines", "year: 2011", "year: 2010", "nbs_2010 stands here twice"),
        ("income", "    regular: true", "    regular: perhaps", "perhaps is neither true nor false"),
        ("income", "aliases: [赡养费]", "aliases: [养老金]", "养老金 could mean pension or children_support"),
    ],
)  # fmt: skip
def test_bad_values_in_plain_words(faults: Spoil, file: str, old: str, new: str, words: str) -> None:
    found = faults((file, old, new))
    assert any(words in line for line in found), found
    assert all(line.startswith(f"{file}.yaml:") for line in found), found


def test_a_fund_of_an_area_opens_places_of_its_villages_alone(faults: Spoil) -> None:
    ceiling = "    household_ceiling_yuan: 20000"
    found = faults(("funds", ceiling, f"{ceiling}\n    area: 农家"))
    assert any(line.startswith("sites.yaml:") and "other villages may take this place" in line for line in found), found
    assert any(line.startswith("openings.yaml:") or "county_matching is for 农家 alone" in line for line in found)


def test_one_fault_is_named_once(faults: Spoil) -> None:
    assert len(faults(("funds", "amount_yuan: 320000", "amount_yuan: -1"))) == 1
    # a faulty head is not repeated by every record that inherits it
    assert len(faults(("support", "  status: synthetic", "  status: sinthetic"))) == 2


def test_faults_of_all_files_come_together(faults: Spoil) -> None:
    found = faults(
        ("funds", "amount_yuan: 320000", "amount_yuan: -1"),
        ("posts", "slots: 5", "slots: x"),
        ("lines", "line_yuan: 2300", "line_yuan: x"),
        ("support", "pool: builders", "pool: builder"),
    )
    assert {line.split(":")[0] for line in found} == {"funds.yaml", "posts.yaml", "lines.yaml", "support.yaml"}


def test_an_unreadable_file_does_not_hide_the_others(folder: Path, faults: Spoil) -> None:
    (folder / "crews.yaml").write_text("a: b: c", encoding="utf-8")
    (folder / "coops.yaml").unlink()
    found = faults(("posts", "slots: 5", "slots: x"))
    assert any(line.startswith("crews.yaml:1: ") for line in found)
    assert any(line.startswith("coops.yaml: this file is missing") for line in found)
    assert any("x is no whole number" in line for line in found)


@pytest.mark.parametrize("content", ["", "a", "3", "[1, 2]", "records: 5", "records: [1, x]", "defaults: 3"])
def test_files_of_another_shape(folder: Path, content: str) -> None:
    (folder / "coops.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        params.load(folder)
    assert any(fault.where.startswith("coops.yaml") for fault in caught.value.faults)


def test_no_folder() -> None:
    with pytest.raises(ParameterError, match="nowhere"):
        params.load("nowhere")


def test_a_fund_nobody_may_use(faults: Spoil, folder: Path) -> None:
    with (folder / "funds.yaml").open("a", encoding="utf-8") as file:
        file.write("  - {key: lonely, names: {zh: 孤, en: lonely}, amount_yuan: 5}\n")
    assert [line.split(" Next")[0] for line in faults()] == [
        f"funds.yaml:{line_of(folder / 'funds.yaml', 'lonely')} lonely: nobody may use this fund: "
        "no measure names it as a payer"
    ]
    assert faults(("funds", "amount_yuan: 5}", "amount_yuan: 0}")) == []


def test_a_share_that_can_never_be_spent(faults: Spoil) -> None:
    found = faults(("funds", "kinds: [industry]", "kinds: [water]"))
    assert "this share can never be spent: the fund pays no measure of water" in found[0]


def test_a_post_nobody_can_fill(faults: Spoil) -> None:
    old = "    measure: cleaner_post\n    pool: township_cleaners\n"
    rule = '    who: [{on: worker, field: age, op: ">=", value: 70, citation: none}]\n'
    found = faults(("posts", old, old + rule))
    assert len(found) == 1
    assert (
        "township_cleaner: nobody can fill this post: worker.age >= 16; worker.age <= 69; worker.age >= 70" in found[0]
    )


def test_a_job_measure_needs_a_post(folder: Path, faults: Spoil) -> None:
    found = faults(("posts", "measure: enterprise_post", "measure: cleaner_post"))
    assert len(found) == 1
    assert "enterprise_post: no post fills this measure" in found[0]


def test_a_measure_workbooks_cannot_name_is_a_warning(folder: Path) -> None:
    with (folder / "support.yaml").open("a", encoding="utf-8") as file:
        file.write(
            "  - {key: bees, names: {zh: 养蜂, en: bees}, kind: industry, payers: [{fund: special}],\n"
            "     cost: {basis: fixed, amount_yuan: 9}}\n"
        )
    catalogue = params.load(folder)
    assert [fault.what for fault in catalogue.warnings] == ["workbooks have no word for this measure"]


@given(
    st.sampled_from(sorted(FILES)),
    st.integers(0, 10**6),
    st.sampled_from(["", ":", "\t", "[", "- ", "null", "-1", "\n"]),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_torn_file_is_read_or_refused_in_words(folder: Path, name: str, at: int, inserted: str) -> None:
    path = folder / f"{name}.yaml"
    content = path.read_text(encoding="utf-8")
    cut = at % len(content)
    path.write_text(content[:cut] + inserted + content[cut + 7 :], encoding="utf-8")
    shown = "read"
    try:
        params.load(folder)
    except ParameterError as error:
        shown = error.show("zh")
    finally:
        path.write_text(content, encoding="utf-8")
    assert shown


def test_importing_is_light() -> None:
    script = (
        "import sys, povlib.params\n"
        "heavy = {'pandas', 'scipy', 'matplotlib', 'pulp', 'babel', 'statsmodels'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
