"""products.yaml: what may stand in it, and what is refused, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from povlib.errors import ParameterError
from povlib.params.procedures.products import load_products
from povlib.places import DATA, PARAMS

SAMPLE = DATA / "sample" / "params"
TEXT = (SAMPLE / "products.yaml").read_text("utf-8")


def loaded(folder: Path, *changes: tuple[str, str], villages: tuple[str, ...] | None = None) -> None:
    content = TEXT
    for old, new in changes:
        assert old in content
        content = content.replace(old, new, 1)
    (folder / "products.yaml").write_text(content, "utf-8")
    load_products(folder, villages)


def test_the_practice_file_is_made_up_and_says_so_and_the_office_begins_with_none(tmp_path: Path) -> None:
    rules = load_products(SAMPLE)
    assert {rules.status, *(product.status for product in rules.products)} == {"synthetic"}
    assert len(rules.products) >= 5
    assert load_products(PARAMS).products == ()
    # a folder from before there was such a file has that of the project
    assert load_products(tmp_path) == load_products(PARAMS)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("aliases: [牛, 养牛]", "aliases: [牛, 茶]", "茶"),
        ("{2004: ", "{2003: ", "other years"),
        ("skill: tea", "skill: tee", "tee"),
        ("villages: [联胜", "villages: [联生", "联生"),
        ("counted_in: mu", "counted_in: acre", "acre"),
        ("worst_share: 0.25", "worst_share: 0", "worst_share"),
        ("most_products: 1", "most_products: 0", "most_products"),
        ("days: 22", "days: -1", "days"),
        ("year_share: 0.3", "year_share: 0.9", "sum to more than 1"),
        ("harvests: {year_share", "# harvests: {year_share", "what harvests share is not entered"),
        ("yield_sd: 0.18", "yield_sd: -0.18", "yield_sd"),
    ],
)
def test_slips_are_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    names = ("联胜", "乐北", "农家", "秀山", "建三", "建南", "南庭", "样一", "样二", "样三", "样四", "样五")
    with pytest.raises(ParameterError) as error:
        loaded(tmp_path, (old, new), villages=names)
    assert said in "\n".join(f"{fault.where} {fault.show('en')}" for fault in error.value.faults)


def test_all_slips_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ParameterError) as error:
        loaded(
            tmp_path, ("skill: tea", "skill: tee"), ("aliases: [牛, 养牛]", "aliases: [牛, 茶]"), ("{2004: ", "{2003: ")
        )
    assert len(error.value.faults) >= 3
