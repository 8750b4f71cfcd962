"""The catalogue: lines by month, names, bundling, frozen records; and the shipped figures themselves."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal

import pytest
from pydantic import ValidationError

from povlib import params, places
from povlib.calendar import Month
from povlib.errors import ParameterError

# Published lines (yuan per person and year): statistics bureau, current prices; and the exit-check series.
NBS = {2010: 2300, 2011: 2536, 2012: 2625, 2013: 2736, 2014: 2800, 2015: 2855, 2016: 2952, 2017: 2952, 2018: 2995,
       2019: 3218, 2020: 4000}  # fmt: skip
EXIT_CHECK = {2014: 2800, 2015: 2968, 2016: 3146, 2017: 3335, 2018: 3535, 2019: 3747, 2020: 4000}


@pytest.mark.parametrize("folder", [places.PARAMS, places.DATA / "sample" / "params"], ids=["office", "sample"])
@pytest.mark.parametrize(("authority", "series"), [("nbs", NBS), ("exit_check", EXIT_CHECK)])
def test_lines_are_the_published_ones(folder: object, authority: str, series: dict[int, int]) -> None:
    catalogue = params.load(str(folder))
    for year, yuan in series.items():
        assert catalogue.line_fen(authority, Month(year, 1)) == 100 * yuan
        assert catalogue.line_fen(authority, Month(year, 12)) == 100 * yuan
        official = authority == "nbs" and year <= 2016
        assert (catalogue.lines[f"{authority}_{year}"].status == "official") == official


def test_no_line_for_that_year(sample: params.Catalogue) -> None:
    with pytest.raises(ParameterError, match="there is no line of exit_check for 2031"):
        sample.line_fen("exit_check", Month(2031, 1))
    with pytest.raises(ParameterError, match="province for 2016"):  # known to exist, value not entered
        sample.line_fen("province", Month(2016, 1))


def test_names_and_aliases_find_records(sample: params.Catalogue) -> None:
    found = [sample.measure_of(name) for name in ("yulu", "雨露计划", "vocational school aid", "立春")]
    assert [measure and measure.key for measure in found] == ["yulu", "yulu", "yulu", None]
    kind = sample.transfer_of("低保")
    assert kind is not None
    assert kind.key == "minimum_living"
    assert sample.transfer_of("彩票") is None


def test_only_regular_receipts_count(sample: params.Catalogue) -> None:
    regular = set(sample.regular_transfers)
    assert regular == {
        "minimum_living", "five_guarantee", "pension", "family_planning", "ecological", "children_support"
    }  # fmt: skip
    for key in ("temporary_relief", "school_aid", "housing_subsidy", "loan_principal", "insurance_payout", "donation"):
        assert not sample.income[key].regular


def test_form_and_catalogue_know_the_same_receipts(sample: params.Catalogue) -> None:
    from povlib.intake.form import form

    for field in form().sheet("income").fields:
        if field.transfer:
            assert field.transfer in sample.income, field.key


def test_bundling_gives_the_strictest_and_the_most_exact_pair(sample: params.Catalogue) -> None:
    measures, verdict = sample.measures, sample.bundling.verdict
    pair = verdict(measures["housing_repair"], measures["relocation"])
    assert pair is not None
    assert (pair.verdict, pair.past, pair.scope) == ("forbidden", True, "household")
    jobs = verdict(measures["cleaner_post"], measures["enterprise_post"])
    assert jobs is not None
    assert (jobs.verdict, jobs.scope) == ("forbidden", "worker")
    assert verdict(measures["water_supply"], measures["training"]) is None
    assert verdict(measures["cattle_coop"], measures["cleaner_post"]) == verdict(
        measures["cleaner_post"], measures["cattle_coop"]
    )


def pair(a: str, b: str, verdict: str, cap: int | None = None) -> params.Pair:
    head = {"status": "assumed", "source": "s", "in_force": "2016", "citation": "c"}
    return params.Pair(a=a, b=b, verdict=verdict, cap_yuan=cap, **head)  # type: ignore[arg-type]


def test_bundling_order_of_strictness(sample: params.Catalogue) -> None:
    pairs = [
        pair("kind:industry", "kind:industry", "forbidden"),
        pair("cattle_coop", "industry_grant", "capped", 9000),
        pair("industry_grant", "cattle_coop", "capped", 8000),
        pair("cattle_coop", "tea_coop", "allowed"),
    ]
    bundling = params.Bundling("allowed", params.Records(tuple(pairs)))
    first = bundling.verdict(sample.measures["cattle_coop"], sample.measures["industry_grant"])
    assert first is not None
    assert first.cap_fen == 800_000
    exact = bundling.verdict(sample.measures["tea_coop"], sample.measures["cattle_coop"])
    assert exact is not None
    assert exact.verdict == "allowed"  # two named measures outrank a kind
    kind = bundling.verdict(sample.measures["tea_coop"], sample.measures["poultry_contract"])
    assert kind is not None
    assert kind.verdict == "forbidden"


def test_records_cannot_be_changed(sample: params.Catalogue) -> None:
    with pytest.raises(ValidationError):
        sample.funds["special"].amount_yuan = Decimal(1)  # type: ignore[misc]
    with pytest.raises(TypeError):
        sample.funds["x"] = sample.funds["special"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        sample.funds = params.Records()  # type: ignore[misc]


def test_a_catalogue_travels_to_a_child_process(sample: params.Catalogue) -> None:
    again = pickle.loads(pickle.dumps(sample))
    assert again.digest == sample.digest
    assert copy.deepcopy(sample).digest == sample.digest


def test_an_office_starts_with_keys_and_empty_amounts() -> None:
    office = params.load(places.PARAMS)
    assert all(fund.amount_fen == 0 and not fund.filled for fund in office.funds.values())
    assert all(post.capacity == 0 and not post.filled for post in office.posts.values())
    assert all(coop.capacity == 0 and not coop.filled for coop in office.coops.values())
    assert all(crew.capacity(Month(2016, 6)) == 0 and not crew.filled for crew in office.crews.values())
    # the published relocation amount and the assumed school aid are there; local amounts are not
    assert {key for key, m in office.measures.items() if m.filled and not m.running} == {"relocation", "yulu"}
    assert "synthetic" not in set(office.inputs()["status"])


def test_the_practice_township_is_synthetic_and_complete(sample: params.Catalogue) -> None:
    office = params.load(places.PARAMS)
    assert set(office.measures) == set(sample.measures)
    for key, measure in sample.measures.items():
        assert measure.eligibility == office.measures[key].eligibility
        assert measure.filled
    amounts = sample.inputs()
    local = amounts[amounts["file"].isin(["funds", "posts", "coops", "crews"])]
    assert set(local["status"]) == {"synthetic"}
    for name in ("lines", "income", "bundling"):
        assert sample.documents[name].values == office.documents[name].values
    assert " ".join(sample.villages) == "联胜 乐北 农家 秀山 建三 建南 南庭 样一 样二 样三 样四 样五"


def test_auditors_rules_are_the_eligibility(sample: params.Catalogue) -> None:
    shown = {key: {c.show() for c in m.eligibility} for key, m in sample.measures.items()}
    assert {"worker.age >= 16", "worker.age <= 69"} <= shown["cleaner_post"]
    assert {"worker.age >= 18", "worker.age <= 65"} <= shown["microloan"]
    for key, measure in sample.measures.items():
        if measure.kind == "job":
            assert "household.attribute not_in 五保户" in shown[key]
            assert any(c.field == "labour" for c in measure.conditions("worker"))
    schools = next(c.value for c in sample.measures["yulu"].eligibility if c.field == "school")
    assert isinstance(schools, tuple)
    assert all(word.startswith(("中职", "高职高专", "技师学院")) for word in schools)


def test_every_prior_names_a_source_and_is_wide(sample: params.Catalogue) -> None:
    for measure in sample.measures.values():
        for earning in measure.earns:
            assert earning.status == "assumed"
            assert len(earning.prior_source) > 10
            assert earning.mean is not None
            assert earning.sd is not None
            assert earning.sd >= 0.15 * abs(earning.mean)
