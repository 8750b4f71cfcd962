"""Made-up identities: names nobody bears, numbers nobody was given.

Area codes 9999xx belong to no county, the surnames 样 拟 仿 say what they are, phones run from 19900000000 and
accounts start with 9999. Checksums are valid, so that the checks of real numbers run on them. Used for workbooks only.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.calendar import Month
from povlib.sample.chance import random_stream
from povlib.sample.world import World

SURNAMES = ("样", "拟", "仿")
_FIRST = "某甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申"
_SECOND = "某一二三四五六七八九十百千万喆堃珺甲乙丙丁"
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int64)
_CHECK = "10X98765432"


def check_character(first17: str) -> str:
    """Return the check character of a citizen identity number (GB 11643-1999, ISO 7064 MOD 11-2).

    Examples
    --------
    >>> check_character("11010519491231002"), check_character("44052418800101001")
    ('X', '4')
    """
    digits = np.array([int(c) for c in first17], dtype=np.int64)
    return _CHECK[int(digits @ _WEIGHTS) % 11]


#: persons of one village and sex that are born on one day: a township has room for so many
BORN_ON_ONE_DAY = 4


def identities(households: pd.DataFrame, members: pd.DataFrame, seed: int, world: World) -> pd.DataFrame:
    """Return name and identity number of every person, in the order of `members`.

    One in five disabled persons shows the 20 characters of a disability card: identity number, category, grade.
    """
    rng = random_stream(seed, "identity")
    row = members["row"].to_numpy()
    family = rng.integers(0, len(SURNAMES), len(households))[row]
    own = rng.integers(0, len(SURNAMES), len(members))
    married_in = members["relation"].isin(["配偶", "之儿媳", "之母"]).to_numpy()
    surname = np.where(married_in, own, family)
    first, second = rng.integers(0, len(_FIRST), len(members)), rng.integers(0, len(_SECOND), len(members))
    names = [SURNAMES[s] + _FIRST[a] + _SECOND[b] for s, a, b in zip(surname, first, second, strict=True)]
    numbers = identity_numbers(households, members, world)
    card = members["health"].str.contains("残疾").to_numpy() & (rng.random(len(members)) < 0.2)
    kind, grade = rng.integers(1, 8, len(members)), rng.integers(1, 5, len(members))
    numbers = [f"{n}{k}{g}" if c else n for n, c, k, g in zip(numbers, card, kind, grade, strict=True)]
    return pd.DataFrame({"name": names, "id_number": numbers})


def identity_numbers(households: pd.DataFrame, members: pd.DataFrame, world: World) -> list[str]:
    """Return 18-character numbers: area (9999 + village), birth date, sequence (odd for men), check; all different.

    9999 is no area of the country. The townships of an area share its hundred villages: each counts persons born on
    one day from a number of its own on, which leaves room for 124 of them.
    """
    codes = np.array([v.code for v in world.villages]) % 100
    area = 999900 + codes[households["village_row"].to_numpy()[members["row"]]]
    birth, day, male = members["birth"].to_numpy(), members["day"].to_numpy(), members["male"].to_numpy(dtype=bool)
    date = (birth // 12) * 10000 + (birth % 12 + 1) * 100 + day
    keys = pd.DataFrame({"area": area, "date": date, "male": male})
    number = keys.groupby(["area", "date", "male"]).cumcount().to_numpy() + BORN_ON_ONE_DAY * world.number
    serial = 2 * number + np.where(male, 1, 2)
    body = [f"{a:06d}{d:08d}{s:03d}" for a, d, s in zip(area, date, serial, strict=True)]
    digits = np.array([list(b) for b in body], dtype=np.int64)
    check = np.array(list(_CHECK))[(digits @ _WEIGHTS) % 11]
    return [b + c for b, c in zip(body, check, strict=True)]


def phone(serial: int) -> str:
    """Return a telephone number that is clearly made up.

    Examples
    --------
    >>> phone(7)
    '19900000007'
    """
    return str(19900000000 + serial)


def account(serial: int) -> str:
    """Return a bank account number that is clearly made up.

    Examples
    --------
    >>> account(7)
    '9999000000000000007'
    """
    return f"9999{serial:015d}"


def birth_date(birth: int, day: int) -> str:
    """Return the date of birth, ISO, from the month ordinal and the day."""
    return f"{Month.from_ordinal(birth)}-{day:02d}"
