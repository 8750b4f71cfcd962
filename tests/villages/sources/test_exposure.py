"""What the failure of a source costs, against every package looked at one by one."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from povlib.villages.sources.exposure import equal_sources, package_exposure, plan_exposure

KINDS = ("employer", "firm")


def drawn(seed: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Packages of some households, each any set of a few parts, some of which hang on sources."""
    rng = np.random.default_rng(seed)
    packages, parts, links = [], [], []
    for hh in [f"h{i}" for i in range(rng.integers(1, 4))]:
        own = [("job", f"{hh}-{p}", f"post{p}", None, 1) for p in range(2)]
        own += [("pigs", None, None, None, 1), ("coop", None, None, "herd", rng.integers(1, 3))]
        sets = [()] + [s for n in (1, 2, 3) for s in itertools.combinations(own, n) if rng.random() < 0.6]
        for held in sets:
            key = len(packages)
            packages.append((key, hh, int(hh[1:]) + 2, int(rng.integers(0, 5_000_000))))
            parts += [(key, *part) for part in held]
    frame = pd.DataFrame(parts, columns=["package", "measure", "person", "post", "coop", "start"])
    for at, part in enumerate(parts):
        if part[3] is not None:
            links += [(at, "employer", part[3]), (at, "firm", "mill")]
        if part[4] is not None:
            links += [(at, "firm", "herd")]
    return (
        pd.DataFrame(packages, columns=["package", "hh", "members", "micro"]),
        frame,
        pd.DataFrame(links, columns=["part", "kind", "source"]),
    )


@pytest.mark.parametrize("seed", range(30))
def test_exposure_is_what_a_clerk_finds(seed: int) -> None:
    packages, parts, links = drawn(seed)
    found = {
        (row.package, row.kind, row.source): row.micro for row in package_exposure(packages, parts, links).itertuples()
    }
    content = {key: set() for key in packages["package"]}
    hangs: dict[int, dict[tuple[str, str], set[tuple[object, ...]]]] = {key: {} for key in packages["package"]}
    for at, (key, *part) in enumerate(parts.astype(object).where(parts.notna(), None).to_numpy().tolist()):
        content[key].add(tuple(part))
        for kind, source in links.loc[links["part"] == at, ["kind", "source"]].to_numpy().tolist():
            hangs[key].setdefault((kind, source), set()).add(tuple(part))
    worth = dict(zip(packages["package"], packages["micro"], strict=True))
    owner = dict(zip(packages["package"], packages["hh"], strict=True))
    expected = {}
    for key, by_source in hangs.items():
        for (kind, source), gone in by_source.items():
            left = [worth[o] for o in worth if owner[o] == owner[key] and content[o] <= content[key] - gone]
            expected[key, kind, source] = max(worth[key] - max(left), 0)
    assert found == expected


def test_a_rest_that_is_no_package_is_never_counted_for_more_than_it_is() -> None:
    """Job and pigs, of which pigs alone is not offered: what is left is taken for nothing, the loss for all."""
    packages = pd.DataFrame({"package": [0, 1], "hh": "a", "members": 4, "micro": [100, 900]})
    parts = pd.DataFrame(
        {"package": 1, "measure": ["job", "pigs"], "person": None, "post": ["hand", None], "coop": None, "start": 1}
    )
    links = pd.DataFrame({"part": [0], "kind": ["employer"], "source": ["mill"]})
    assert package_exposure(packages, parts, links)["micro"].tolist() == [800]


def test_help_of_another_month_is_other_help() -> None:
    packages = pd.DataFrame({"package": [0, 1, 2], "hh": "a", "members": 4, "micro": [0, 500, 900]})
    parts = pd.DataFrame(
        {"package": [1, 2, 2], "measure": ["pigs", "pigs", "job"], "person": None, "post": [None, None, "hand"],
         "coop": None, "start": [7, 6, 6]}
    )  # fmt: skip
    links = pd.DataFrame({"part": [2], "kind": ["employer"], "source": ["mill"]})
    assert package_exposure(packages, parts, links)["micro"].tolist() == [900]
    assert package_exposure(packages, parts.assign(start=6), links)["micro"].tolist() == [400]


@pytest.mark.parametrize("seed", range(5))
def test_a_plan_loses_the_sum_over_its_packages(seed: int) -> None:
    packages, parts, links = drawn(seed)
    exposure = package_exposure(packages, parts, links)
    chosen = packages.groupby("hh")["package"].max()
    on_record = pd.DataFrame({"hh": ["h0", "z"], "members": [2, 7], "kind": "firm", "source": ["mill", "mill"]})
    found = plan_exposure(exposure, chosen, on_record).set_index(["kind", "source"])
    for (kind, source), row in found.iterrows():
        own = exposure[(exposure["kind"] == kind) & (exposure["source"] == source)]
        own = own[own["package"].isin(chosen)]
        assert (row["micro"], row["households"]) == (own["micro"].sum(), len(own))
        # h0 has two members, h1 three, h2 four; who has help already and is given more counts once
        size = {"h0": 2, "h1": 3, "h2": 4, "z": 7}
        held = {"h0", "z"} if source == "mill" and kind == "firm" else set()
        assert row["persons"] == sum(size[hh] for hh in set(own["hh"]))
        assert row["already"] == sum(size[hh] for hh in held)
        assert row["possible"] == sum(size[hh] for hh in held | set(own["hh"]))
    assert found["micro"].is_monotonic_decreasing


def test_nothing_hangs_on_anything() -> None:
    packages, parts, links = drawn(0)
    assert package_exposure(packages, parts, links.head(0)).empty


def test_equal_sources_of_known_shares() -> None:
    # shares of a half, a quarter and a quarter: 1 / (1/4 + 1/16 + 1/16)
    assert equal_sources(pd.Series([2, 1, 1])) == pytest.approx(8 / 3)
    assert equal_sources(pd.Series([0.0])) == 0.0
