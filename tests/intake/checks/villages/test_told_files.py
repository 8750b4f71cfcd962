"""What all files but one tell is what they say one after the other, whatever was found in them since."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from povlib.intake.checks.villages.told_files import FirstKnown, OtherFiles, ToldBeside, ToldTogether

HOME = ("households", "hh", "village")
COLUMN = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["联胜", "建三", ""]), max_size=4)
FILE = st.none() | st.tuples(COLUMN, COLUMN)


def told(file: tuple[dict[str, str], dict[str, str]] | None) -> ToldBeside | None:
    if file is None:
        return None
    coops, homes = file
    rows = {(name,): {"coop": name, "village": village} for name, village in coops.items()}
    return ToldBeside({"coops": rows} if rows else {}, {HOME: homes})


@given(
    files=st.lists(FILE, min_size=1, max_size=4), renewed=st.lists(st.tuples(st.integers(0, 3), FILE), max_size=4),
    ledger=COLUMN,
)  # fmt: skip
def test_others_tell_what_they_say_one_after_the_other(
    files: list[tuple[dict[str, str], dict[str, str]] | None],
    renewed: list[tuple[int, tuple[dict[str, str], dict[str, str]] | None]],
    ledger: dict[str, str],
) -> None:
    together = ToldTogether([told(file) for file in files])
    for number, file in renewed:
        at = number % len(files)
        files[at] = file
        together.renew(at, told(file))
    for own in range(len(files)):
        coops: dict[tuple[str, ...], dict[str, str]] = {}
        homes: dict[str, str] = {}
        for at, file in enumerate(files):
            if at != own and file is not None:
                coops |= {(name,): {"coop": name, "village": village} for name, village in file[0].items()}
                homes |= file[1]
        others = together.beside(own)
        assert others.rows("coops") == coops
        assert dict(others.column(*HOME)) == homes
        assert len(others.column(*HOME)) == len(homes)
        known = FirstKnown({"a": "own"}, others.column(*HOME), ledger)
        assert dict(known) == ledger | homes | {"a": "own"}
        assert len(known) == len(dict(known))


def test_a_file_that_comes_alone_is_told_nothing() -> None:
    others = OtherFiles()
    assert others.rows("coops") == {}
    assert not FirstKnown({}, others.column(*HOME))
    assert FirstKnown({}, {"a": ""})
