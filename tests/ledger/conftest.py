"""Ledgers to test: every test that asks for `place` runs on SQLite, and on PostgreSQL where there is a server."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import povlib.ledger as ledger
from povlib.calendar import Month

JANUARY = Month(2016, 1)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a new ledger may be made: a file, or a schema of its own on the test server."""
    if request.param == "sqlite":
        yield str(tmp_path / "ledger.sqlite")
        return
    url = os.environ.get("POVLIB_TEST_POSTGRES")
    if not url:
        pytest.skip("POVLIB_TEST_POSTGRES is not set")
    from adbc_driver_postgresql import dbapi

    schema = f"test_{uuid.uuid4().hex[:12]}"
    with dbapi.connect(url, autocommit=True) as server, server.cursor() as cursor:
        cursor.execute(f"create schema {schema}")
        yield f"{url}?options=-csearch_path%3D{schema}"
        cursor.execute(f"drop schema {schema} cascade")


class Make:
    """Frames of a tiny township."""

    @staticmethod
    def township(households: int = 3) -> dict[str, pd.DataFrame]:
        """Return the frames of a tiny township: two members a household, one month."""
        hh = [f"{i:03d}" for i in range(1, households + 1)]
        people = [(f"{h}-{j}", h) for h in hh for j in (1, 2)]
        n = range(households)
        return {
            "households": pd.DataFrame(
                {
                    "hh": hh,
                    "village": ["农家村" if i % 2 else "乐北村" for i in n],
                    "status": "未脱贫",
                    "cause": "因病",
                    "house_area_m2": [40.5 + i for i in n],
                    "identified_month": JANUARY.ordinal - 24,
                    "exit_year": pd.array([pd.NA] * households, dtype="Int64"),
                    "helper_assigned": True,
                    "objects": False,
                }
            ),
            "members": pd.DataFrame(people, columns=["person", "hh"]).assign(sex="女", birth=JANUARY.ordinal - 400),
            "identity": Make.identities([person for person, _ in people]),
            "observations": Make.observations(hh),
            "transfers": pd.DataFrame(
                {"hh": hh[0], "month": JANUARY.ordinal, "kind": ["低保金", "养老金"], "fen": [100, 200]}
            ),
        }

    @staticmethod
    def identities(people: list[str]) -> pd.DataFrame:
        """Return a synthetic name and number for each person."""
        names = pd.DataFrame({"person": people, "kind": "name", "value": [f"样本{p}" for p in people]})
        numbers = [f"9999{i:014d}" for i in range(len(people))]
        return pd.concat(
            [names, pd.DataFrame({"person": people, "kind": "id_number", "value": numbers})], ignore_index=True
        )

    @staticmethod
    def observations(hh: list[str], month: Month = JANUARY, wage_fen: int = 100_000) -> pd.DataFrame:
        """Return one observed month of each household."""
        return pd.DataFrame({"hh": hh, "month": month.ordinal, "wage_fen": wage_fen, "food": 1, "flag": "observed"})


@pytest.fixture
def make() -> type[Make]:
    """Return the builders of test frames."""
    return Make


def filled(place: str, **more: object) -> ledger.Ledger:
    """Make a practice ledger with the small township in it."""
    book = ledger.open(place, create=True, seed=2016, **more)  # type: ignore[arg-type]
    book.append(ledger.BatchInfo(officer="desk", source_name="a.xlsx", month=JANUARY), Make.township())
    return book


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled ledger file, made once; tests work on copies."""
    path = tmp_path_factory.mktemp("template") / "l.sqlite"
    filled(str(path)).close()
    return path


@pytest.fixture
def file(template: Path, tmp_path: Path) -> Path:
    """A copy of the filled ledger file, not open."""
    return Path(shutil.copy(template, tmp_path / "file.sqlite"))


@pytest.fixture
def book(place: str, template: Path, tmp_path: Path) -> Iterator[ledger.Ledger]:
    """A practice ledger with the small township in it."""
    key = tmp_path / "keys" / "office.key"
    if place.startswith("postgresql"):
        opened = filled(place, key_file=key)
    else:
        opened = ledger.open(shutil.copy(template, place), key_file=key)
    with opened:
        yield opened
