"""Identity numbers are valid, unique and nobody's; names, phones and accounts cannot be taken for real ones."""

from hypothesis import given
from hypothesis import strategies as st

from povlib.sample.population.identities import account, check_character, phone


def _from(first17):
    """Return the check of ISO 7064 MOD 11-2 by its recursive definition, not by weights."""
    total = 0
    for digit in first17:
        total = (total + int(digit)) * 2 % 11
    return "0123456789X"[(12 - total) % 11]


def test_checksum_of_the_numbers_printed_with_the_standard():
    assert check_character("11010519491231002") == "X"
    assert check_character("44052418800101001") == "4"


@given(st.text("0123456789", min_size=17, max_size=17))
def test_checksum_agrees_with_the_recursive_definition(first17):
    assert check_character(first17) == _from(first17)


def test_numbers_are_valid_unique_and_of_no_county(rows):
    member = rows["member"]
    first = member["id_number"].str[:18]
    assert set(member["id_number"].str.len()) == {18, 20}
    assert first.is_unique
    assert first.str.fullmatch(r"9999\d{13}[\dX]").all()
    assert (first.str[17] == first.str[:17].map(_from)).all()
    assert (first.str[6:14] == member["birth"].str.replace("-", "")).all()
    odd = first.str[16].astype(int) % 2 == 1
    assert (odd == (member["sex"] == "男")).all()
    long = member["id_number"].str.len() == 20
    assert member.loc[long, "health"].str.contains("残疾").all()


def test_names_phones_and_accounts_are_clearly_made_up(rows):
    assert rows["member"]["name"].str.fullmatch("[样拟仿].{2}").all()
    assert rows["household"]["phone"].str.fullmatch(r"199000\d{5}").all()
    assert rows["household"]["phone"].is_unique
    assert rows["household"]["account"].str.startswith("99990000").all()
    assert rows["member"]["name"].str.contains("[喆堃珺]").any()
    assert (phone(1), account(1)) == ("19900000001", "9999000000000000001")


def test_the_head_on_both_sheets_is_the_same(rows):
    heads = rows["member"][rows["member"]["relation"] == "户主"].set_index("hh")["name"]
    assert (rows["household"].set_index("hh")["head_name"] == heads.loc[rows["household"]["hh"]]).all()
