"""What a practice office of another size may spend: the practice township's parameters, scaled by one stated rule.

Responsible for the rule and for the files it changes; each says it in its first lines. Not responsible for checking
parameters (`povlib.params`): what is read and written here is plain YAML.

The rule: an area of N registered households in T townships has N / 340 times the practice township's money, its common
posts, places and builder-weeks, and of its target of exits, rounded; every village has its own posts, which are scaled
by the households of its township. What may be opened (``openings.yaml``, facilities) stays the first township's, once.
Some of the money belongs to single counties and townships (`practice_areas`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from povlib.sample.office.practice_area import HOUSEHOLDS_OF_TOWNSHIP, township_sizes
from povlib.sample.office.practice_areas import area_tree, with_own_funds, with_own_payers
from povlib.sample.world import in_township, township_name

Records = dict[str, Any]


class _PlainLoader(yaml.SafeLoader):
    """Reads ``on:`` as the word that conditions begin with, where YAML 1.1 takes it for yes."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_HUNDRED_YUAN = 100
_BASE, _TARGET = "scenarios/base.yaml", re.compile(r"(?m)^( +target_persons: )(\d+)$")
_RULE = """# 合成数据：练习单位的参数，由示例乡镇（340户）按规模推算，共{households}户、{townships}个乡镇。
# 规则：资金、公用岗位、名额、施工周数按户数除以340放大并取整；
# 村内岗位每村一份，按本乡镇户数放大；可开办的项目只在第一个乡镇。
# 多个乡镇时：县级配套资金中，前八个县各得其份额的三成，
# 第一个县每四个乡镇有一个自留其份额的四成，其余归全单位；总额不变。
# SYNTHETIC: the practice township's parameters scaled to {households} households in {townships} townships. The rule:
# money, common posts, places and builder-weeks times households / 340, rounded; posts of a village once a village, by
# the households of its township; what may be opened is the first township's alone. Of several townships: of the
# county matching fund the first eight counties have 30 % of their part, every fourth township of the first county 40 %.
"""


def write_area_params(shipped: Path, target: Path, households: int) -> list[Path]:
    """Write the parameters that change with the size of an area over copies of the shipped ones; return the files.

    An area of the practice township's own size keeps the shipped files as they are.

    Parameters
    ----------
    shipped : path
        The practice township's ``params``.
    target : path
        The office's own ``params``, holding copies of the shipped files.
    """
    sizes = township_sizes(households)
    if sizes == [HOUSEHOLDS_OF_TOWNSHIP]:
        return []
    banner = _RULE.format(households=households, townships=len(sizes))
    files = []
    for name, change in _CHANGES.items():
        read = yaml.load((shipped / name).read_text(encoding="utf-8"), Loader=_PlainLoader)
        changed = change(deepcopy(read), sizes)
        said = yaml.safe_dump(changed, allow_unicode=True, sort_keys=False, width=110)
        (target / name).write_text(banner + said, encoding="utf-8", newline="\n")
        files.append(target / name)
    return [*files, _write_target(shipped, target, households)]


def _write_target(shipped: Path, target: Path, households: int) -> Path:
    """Scale the exits that the base plan asks for; the rest of its file, with what it explains, stays as it is."""
    said = (shipped / _BASE).read_text(encoding="utf-8")
    changed = _TARGET.sub(lambda found: f"{found[1]}{scaled(int(found[2]), households)}", said)
    path = target / _BASE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(changed, encoding="utf-8", newline="\n")
    return path


def scaled(count: float, households: int, least: int = 0) -> int:
    """Return a count of the practice township, scaled to so many households and rounded.

    Examples
    --------
    >>> scaled(5, 5000), scaled(1, 60), scaled(1, 60, least=1)
    (74, 0, 1)
    """
    return max(least, round(count * households / HOUSEHOLDS_OF_TOWNSHIP))


def _funds(read: Records, sizes: list[int]) -> Records:
    for fund in read["records"]:
        fund["amount_yuan"] = _HUNDRED_YUAN * scaled(fund["amount_yuan"] / _HUNDRED_YUAN, sum(sizes))
    return {**read, "records": with_own_funds(read["records"], sizes)}


def _support(read: Records, sizes: list[int]) -> Records:
    return {**read, "records": with_own_payers(read["records"], sizes)}


def _posts(read: Records, sizes: list[int]) -> Records:
    made = []
    for post in read["records"]:
        if not post.get("village"):
            made.append({**post, "slots": scaled(post["slots"], sum(sizes))})
            continue
        for number, size in enumerate(sizes):
            own = _of_township(post, number)
            made.append({**own, "key": _key(post["key"], number), "slots": scaled(post["slots"], size)})
    return {**read, "records": made}


def _places(read: Records, sizes: list[int]) -> Records:
    for place in read["records"]:
        place["places"] = scaled(place["places"], sum(sizes))
        if "villages" in place:
            place["villages"] = _villages_of_area(place["villages"], sizes)
    return read


def _crews(read: Records, sizes: list[int]) -> Records:
    for crew in read["records"]:
        crew["weeks"] = {month: scaled(weeks, sum(sizes)) for month, weeks in crew["weeks"].items()}
    return read


def _villages(read: list[Records], sizes: list[int]) -> list[Records]:
    """Repeat the villages in each township, under the areas they lie in; of one township each says its name."""
    townships = [[_of_township(village, number) for village in read] for number in range(len(sizes))]
    if len(sizes) > 1:
        return area_tree(townships)
    return [{**village, "township": township_name(0)} for village in townships[0]]


def _products(read: Records, sizes: list[int]) -> Records:
    for product in read["products"]:
        if "villages" in product:
            product["villages"] = _villages_of_area(product["villages"], sizes)
    return read


def _village_income(read: Records, sizes: list[int]) -> Records:
    for rule in read["rules"]:
        rule["villages"] = _villages_of_area(rule["villages"], sizes)
    return read


def _inspection(read: Records, sizes: list[int]) -> Records:
    """Repeat teams and distances within each township: nobody visits a village of another one."""
    return {
        **read,
        "teams": [_of_township(team, number) for number in range(len(sizes)) for team in read["teams"]],
        "km": {
            in_township(village, number): {in_township(other, number): km for other, km in row.items()}
            for number in range(len(sizes))
            for village, row in read["km"].items()
        },
    }


def _villages_of_area(villages: list[str], sizes: list[int]) -> list[str]:
    return [in_township(village, number) for number in range(len(sizes)) for village in villages]


def _of_township(record: Any, number: int) -> Any:
    """Return a record with every text of it as it reads in another township."""
    if isinstance(record, str):
        return in_township(record, number)
    if isinstance(record, dict):
        return {key: _of_township(value, number) for key, value in record.items()}
    return [_of_township(value, number) for value in record] if isinstance(record, list) else record


def _key(key: str, number: int) -> str:
    return f"{key}_t{number + 1:02d}" if number else key


_CHANGES: dict[str, Callable[[Any, list[int]], Any]] = {
    "funds.yaml": _funds,
    "support.yaml": _support,
    "posts.yaml": _posts,
    "coops.yaml": _places,
    "sites.yaml": _places,
    "crews.yaml": _crews,
    "villages.yaml": _villages,
    "products.yaml": _products,
    "village_income.yaml": _village_income,
    "inspection.yaml": _inspection,
}
