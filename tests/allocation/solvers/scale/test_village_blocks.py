import numpy as np
import pytest

from povlib.allocation.solvers.scale import Amount, Block, Blocks, Layout, Row, VillageRow
from povlib.allocation.solvers.scale.partition import ARRAY_ORDER, read_part
from povlib.errors import ProblemError

LAYOUT = Layout(
    ["house", "job"], [(), ("house",), ("job",)], [Row("fund", 100), Row("served", 1, ">=")],
    [Amount("bill", "house", {"fund": 1})], {"job": {"served": 1}}, [VillageRow("posts", measures={"job": 1})],
)  # fmt: skip


def block(**changed):
    given = {
        "value": [[0.0, 0.1, 0.0], [1.0, np.nan, 0.5], [0.25, 0.5, np.nan]], "amount": [[10, 20, 30]],
        "village": [4, 4, 9], "village_capacity": [[1], [2]],
        "override": [[2, 1, 0, -5], [0, 2, 1, 3]],
    }  # fmt: skip
    return Block(**{**given, **changed})


def same(a, b):
    assert all((getattr(a, name) == getattr(b, name)).all() for name in ARRAY_ORDER if name != "value")
    assert (a.value == b.value).all()
    assert a.value.dtype == b.value.dtype


@pytest.mark.parametrize("form", ["raw", "parquet"])
def test_what_is_written_is_read_again(tmp_path, form):
    blocks = Blocks.write(tmp_path, LAYOUT, [block()], form=form)
    part = read_part(blocks.paths[0])
    assert part.village.tolist() == [4, 9]
    assert part.first.tolist() == [0, 2, 3]
    assert part.capacity.tolist() == [[1], [2]]
    assert part.override.tolist() == [[0, 2, 1, -3], [2, 1, 0, -5]]
    low = np.iinfo(np.int32).min
    assert part.value.tolist() == [[0, 100_000, 0], [1_000_000, low, 500_000], [250_000, 500_000, low]]
    assert part.amount.tolist() == [[10, 20, 30]]
    again = Blocks.open(tmp_path)
    assert (again.digest, again.households, again.villages) == (blocks.digest, 3, 2)


def test_forms_can_be_exchanged(tmp_path, small_blocks):
    parquet = small_blocks.copy(tmp_path / "parquet", "parquet")
    back = parquet.copy(tmp_path / "raw", "raw")
    assert [part.sha256 for part in back.parts] == [part.sha256 for part in small_blocks.parts]
    for a, b in zip(parquet, small_blocks, strict=True):
        same(a, b)


def test_overrides_survive_an_exchange(tmp_path):
    raw = Blocks.write(tmp_path / "a", LAYOUT, [block()])
    back = raw.copy(tmp_path / "b", "parquet").copy(tmp_path / "c", "raw")
    same(read_part(back.paths[0]), read_part(raw.paths[0]))


def test_villages_stay_whole_however_blocks_and_partitions_are_cut(large, tmp_path):
    one = Blocks.write(tmp_path / "a", large.layout(700), large.stream(700, block=700), part_households=120)
    assert sum(part.villages for part in one.parts) == 14
    assert all(part.households <= 120 for part in one.parts)
    values = np.concatenate([part.value for part in one], axis=1)
    (whole,) = list(large.stream(700, block=700))
    assert (values[0] == np.rint(np.float64(whole.value[0]) * 1e6)).all()


def test_a_village_larger_than_a_partition_gets_its_own(tmp_path):
    stream = [Block([[0.0] * 9], [], [1] * 2 + [2] * 6 + [3], [[]])]
    blocks = Blocks.write(tmp_path, Layout([], [()], []), stream, part_households=3)
    assert [part.households for part in blocks.parts] == [2, 6, 1]


def test_large_numbers_widen_the_type(tmp_path):
    layout = Layout(["house"], [("house",)], [Row("fund", 2**40)], [Amount("bill", "house", {"fund": 1})])
    stream = [Block([[1.0]], [[3]], [1], [[]]), Block([[np.nan, 2.0]] * 1, [[0, 2**33]], [2, 2], [[]])]
    with pytest.raises(ProblemError, match="block 1"):
        Blocks.write(tmp_path / "bad", layout, stream)
    stream[1] = Block([[1.5, 2.0]], [[0, 2**33]], [2, 2], [[]])
    part = read_part(Blocks.write(tmp_path, layout, stream).paths[0])
    assert part.value.dtype == np.int64
    assert part.amount.tolist() == [[3, 0, 2**33]]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"value": [[0.0, 1.0]]}, "shape"),
        ({"amount": [[1.5, 2, 3]]}, "whole"),
        ({"village_capacity": [[1]]}, "shape"),
        ({"value": [[np.nan, 0, 0], [np.nan, 0, 0], [np.nan, 0, 0]]}, "no package"),
        ({"override": [[3, 0, 0, 1]]}, "override"),
        ({"village": [4, 9, 4], "village_capacity": [[1], [1], [1]]}, "together"),
    ],
)
def test_faults_of_a_block_name_the_block(tmp_path, changed, words):
    with pytest.raises(ProblemError) as caught:
        Blocks.write(tmp_path, LAYOUT, [block(**changed)])
    said = caught.value.show("en")
    assert words in said
    assert "block 0" in said


def test_missing_folder_form_stream_and_partition_are_said(tmp_path, large):
    with pytest.raises(ProblemError, match="folder"):
        Blocks.open(tmp_path / "nowhere")
    with pytest.raises(ProblemError, match="form"):
        Blocks.write(tmp_path, LAYOUT, [block()], form="csv")
    with pytest.raises(ProblemError, match="no households"):
        Blocks.write(tmp_path, LAYOUT, [])
    blocks = Blocks.write(tmp_path / "x", large.layout(100), large.stream(100), part_households=50)
    blocks.paths[1].unlink()
    with pytest.raises(ProblemError, match="part-00001"):
        Blocks.open(tmp_path / "x")
