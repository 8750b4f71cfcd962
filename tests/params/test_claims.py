"""The bulletin's claims: every numbered row, its own words, and the arithmetic of the remarks."""

from __future__ import annotations

import os
from pathlib import Path
from typing import get_args

import pytest

from povlib import params, places
from povlib.errors import ParameterError
from povlib.params.claims import ClaimKind, ClaimUnit


@pytest.fixture(scope="module")
def bulletin() -> object:
    return params.load_claims()


def number(claim: str, unit: str) -> float:
    found = params.load_claims().claim(claim).number(unit)
    assert found is not None
    return found


def test_every_numbered_row_is_there() -> None:
    ids = [claim.id for claim in params.load_claims().claims]
    assert {str(n) for n in range(1, 25)} <= set(ids)
    assert {"1-lead", "15-share"} <= set(ids)
    assert len(set(ids)) == len(ids)


def test_stated_numbers_stand_in_the_quote() -> None:
    for claim in params.load_claims().claims:
        words = claim.quote + "".join(claim.also)
        for stated in claim.stated:
            n = stated.number
            shown = {f"{n:g}", f"{n / 10_000:g}万", f"{100 * n:.1f}%"}
            assert any(s in words for s in shown) or stated.unit in ("villages", "coops", "enterprises"), claim.id


def test_villages_of_the_claims_are_registered(sample: params.Catalogue) -> None:
    for claim in params.load_claims().claims:
        assert set(claim.place) <= set(sample.villages)


def test_the_arithmetic_of_the_remarks() -> None:
    assert round(number("2", "households") / number("1", "households"), 3) == 0.659
    assert number("3", "posts") == number("13", "persons") + number("14", "persons")
    assert number("8", "persons") + number("16", "persons") + number("17", "persons") + number("3", "posts") == 98
    assert number("4", "persons") - number("15", "persons") == 44
    share = number("15-share", "share")
    rounded = [p for p in range(900, 1200) if round(128 / p, 3) == share]
    cut = [p for p in range(900, 1200) if int(1000 * 128 / p) / 1000 == share]
    assert (rounded[0], rounded[-1], cut[0], cut[-1]) == (1054, 1062, 1050, 1057)
    both = set(rounded) & set(cut)
    assert (min(both), max(both)) == (1054, 1057)
    parts = [number("4", "persons"), number("6", "persons"), number("15", "persons"), number("10", "persons")]
    sums = {sum(p for i, p in enumerate(parts) if mask >> i & 1) for mask in range(16)}
    assert number("7", "persons") not in sums
    assert number("4", "persons") + number("6", "persons") - number("7", "persons") == 28
    assert round(number("7", "persons") / 1056, 3) == 0.387


def test_a_claim_twice_or_misspelt(tmp_path: Path) -> None:
    content = (places.DATA / "claims" / "bulletin.yaml").read_text(encoding="utf-8")
    path = tmp_path / "b.yaml"
    path.write_text(content.replace('id: "3"', 'id: "2"'), encoding="utf-8")
    with pytest.raises(ParameterError, match=r"b\.yaml"):
        params.load_claims(path)
    path.write_text(content.replace("kind: posts_local", "kind: posts_locl"), encoding="utf-8")
    with pytest.raises(ParameterError, match="posts_local"):
        params.load_claims(path)
    with pytest.raises(KeyError):
        params.load_claims().claim("99")


def test_quotes_are_to_the_letter() -> None:
    folder = os.environ.get("POVLIB_REFERENCE")
    if not folder or not (Path(folder).parent / "bulletin.txt").exists():
        pytest.skip("POVLIB_REFERENCE does not name a folder beside the bulletin")
    words = (Path(folder).parent / "bulletin.txt").read_text(encoding="utf-8")
    for claim in params.load_claims().claims:
        for quote in (claim.quote, *claim.also):
            assert quote in words, claim.id


def test_every_kind_of_claim_has_a_name_and_every_claim_of_the_bulletin_a_unit_of_its_figure() -> None:
    known = params.claimable_figures()
    assert set(known.figures) == set(get_args(ClaimKind))
    assert set(known.units) == set(get_args(ClaimUnit))
    for names in (known.figure_keys(), known.unit_keys()):
        assert all(word.strip() == word for word in names)
    for claim in params.load_claims().claims:
        assert {stated.unit for stated in claim.stated} <= set(known.figures[claim.kind].units), claim.id


def test_an_office_without_claims_is_judged_by_none(tmp_path: Path) -> None:
    assert params.claims_of_office(tmp_path, synthetic=False) is None
    (tmp_path / "claims.yaml").write_text("# nothing yet\n", encoding="utf-8")
    assert params.claims_of_office(tmp_path, synthetic=False) is None
    shipped = params.claims_of_office(tmp_path, synthetic=True)
    assert shipped is not None
    assert shipped.key == "bulletin"
