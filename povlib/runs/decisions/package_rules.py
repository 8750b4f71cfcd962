"""Rules on a household's packages: which of them a decision by hand leaves open.

Responsible for the grammar of a rule, for naming a package by what it contains (its key is another in every plan), and
for turning rules into pins of the allocation problem. Not responsible for who decided (`.decided`).

A rule is one of ``refused`` (nothing new), ``free`` (anything), ``with:MEASURE``, ``without:MEASURE``, or a package:
its awards joined by ``+``, each as ``measure/person/post/coop/2016-05``, where what is left out may be anything.
Several rules of one household are joined by ``&`` and all hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from povlib import params
from povlib.calendar import Month
from povlib.errors import Fault, ParameterError, RunError, nearest_words
from povlib.ledger import State
from povlib.params.tables import fold_text
from povlib.support import Offer

REFUSED, FREE, WITH, WITHOUT, NOTHING = "refused", "free", "with:", "without:", "nothing"
AND = "&"
_PARTS = ("measure", "person", "post", "coop", "start")
# What is left out, in turn, when the package decided on is not offered as it was: the month first, since a later plan
# begins later, then who fills which post; never the measures, which are what was decided.
_LOOSER = (5, 4, 1)
_WORDS = {"不批准": REFUSED, "不新增帮扶": REFUSED, NOTHING: REFUSED, "放开": FREE}


def package_contents(offer: Offer, households: Iterable[str] | None = None) -> pd.Series:
    """Return what each package contains, as a rule that names it; by package.

    Parameters
    ----------
    households : iterable of str, optional
        Only their packages.

    """
    packages = offer.packages
    if households is not None:
        packages = packages[packages["hh"].isin(list(households))]
    parts = offer.components[offer.components["package"].isin(packages["package"])]
    said = pd.Series(
        [_award_text(row) for row in parts[list(_PARTS)].itertuples(index=False)], index=parts.index, dtype=object
    )
    joined = said.groupby(parts["package"]).agg(lambda words: "+".join(sorted(words)))
    return packages.set_index("package")["hh"].index.to_series().map(joined).fillna(NOTHING).astype(str)


def _award_text(row: object) -> str:
    """Return an award as a rule names it; what follows the last part that is known is left out."""
    *words, start = ("" if pd.isna(part) else part for part in row)  # type: ignore[attr-defined]
    words.append(str(Month.from_ordinal(int(start))) if start != "" else "")
    return "/".join(map(str, words)).rstrip("/")


def parsed_pins(words: Iterable[str]) -> dict[str, str]:
    """Return ``HOUSEHOLD=RULE`` texts as a mapping; several rules of one household all hold.

    Raises
    ------
    ParameterError
        With every text that names no rule.

    Examples
    --------
    >>> parsed_pins(["S01-0001=refused", "S01-0002=with:a", "S01-0002=without:b"])
    {'S01-0001': 'refused', 'S01-0002': 'with:a&without:b'}
    """
    pins: dict[str, str] = {}
    faults = []
    for word in words:
        hh, _, rule = (part.strip() for part in word.partition("="))
        if not (hh and rule):
            faults.append(Fault("{word} pins nothing", "--pin", "HOUSEHOLD=RULE", values={"word": repr(word)}))
        pins[hh] = f"{pins[hh]}{AND}{rule}" if hh in pins else rule
    if faults:
        raise ParameterError(faults)
    return pins


def checked_pins(pins: Mapping[str, str], state: State, catalogue: params.Catalogue) -> dict[str, str]:
    """Return pins typed for one run with measures by their keys, sorted by household.

    Raises
    ------
    ParameterError
        With every household that is not registered, and every rule that cannot be read.
    """
    faults: list[Fault] = []
    registered = set(map(str, state.poor["hh"]))
    checked: dict[str, str] = {}
    for hh, words in sorted(pins.items()):
        if hh not in registered:
            near = nearest_words(hh, registered)
            said = {"hh": hh, "near": " / ".join(near)}
            remedy = "did you mean {near}?" if near else ""
            faults.append(Fault("household {hh} is not on the register of the poor", "--pin", "", remedy, said))
            continue
        try:
            checked[hh] = checked_rule(words, catalogue)
        except ParameterError as error:
            faults += [Fault(f.what, f"--pin {hh}", f.allowed, f.remedy, f.values) for f in error.faults]
    if faults:
        raise ParameterError(faults)
    return checked


def checked_rule(words: str, catalogue: params.Catalogue) -> str:
    """Return a rule as it is stored: measures by key, in whichever language they were named.

    Raises
    ------
    ParameterError
        Naming the measure that there is not, with the nearest.

    Examples
    --------
    >>> from povlib.places import PARAMS
    >>> checked_rule("without:产业扶持补助", params.load(PARAMS))
    'without:industry_grant'
    """
    return AND.join(_checked_part(part.strip(), catalogue) for part in words.replace("；", AND).split(AND))


def _checked_part(words: str, catalogue: params.Catalogue) -> str:
    words = _WORDS.get(words, words)
    if words in (REFUSED, FREE):
        return words
    for prefix in (WITH, WITHOUT):
        if words.startswith(prefix):
            return prefix + _measure_meant(words.removeprefix(prefix).strip(), catalogue)
    awards = []
    for award in words.split("+"):
        measure, *rest = (part.strip() for part in award.split("/"))
        awards.append("/".join([_measure_meant(measure, catalogue), *rest]).rstrip("/"))
        if len(rest) >= len(_PARTS):
            raise ParameterError("an award has {n} parts at most: {award}", n=len(_PARTS), award=repr(award))
    return "+".join(sorted(awards))


def _measure_meant(word: str, catalogue: params.Catalogue) -> str:
    names = {fold_text(n): key for key, m in catalogue.measures.items() for n in (key, *m.names.spellings())}
    found = names.get(fold_text(word))
    if found is None:
        near = nearest_words(word, names)
        allowed = f"{REFUSED}, {FREE}, {WITH}MEASURE, {WITHOUT}MEASURE, MEASURE+MEASURE"
        remedy = "did you mean {near}?" if near else ""
        raise ParameterError(
            "there is no measure {value}", allowed=allowed, remedy=remedy, value=repr(word), near=" / ".join(near)
        )
    return found


def open_packages(rule: str, contents: Mapping[object, str]) -> set[object]:
    """Return the packages of one household that a rule leaves open.

    Parameters
    ----------
    rule : str
    contents : mapping
        Package -> what it contains (`package_contents`).

    Examples
    --------
    >>> contents = {0: "nothing", 1: "grant", 2: "loan/p1///2016-06", 3: "grant+loan/p1///2016-07"}
    >>> [sorted(open_packages(rule, contents)) for rule in ("refused", "without:loan", "loan/p1///2016-08")]
    [[0], [0, 1], [2]]
    >>> sorted(open_packages("with:grant&without:loan", contents))
    [1]
    """
    left = set(contents)
    for part in rule.split(AND):
        left &= _open_by_one(part, contents)
    return left


def _open_by_one(rule: str, contents: Mapping[object, str]) -> set[object]:
    if rule == FREE:
        return set(contents)
    if rule in (REFUSED, NOTHING):
        return {package for package, said in contents.items() if said == NOTHING}
    for prefix, wanted in ((WITH, True), (WITHOUT, False)):
        if rule.startswith(prefix):
            measure = rule.removeprefix(prefix)
            return {package for package, said in contents.items() if (measure in _measures(said)) == wanted}
    for known in _LOOSER:
        awards = [award.split("/")[:known] for award in rule.split("+")]
        found = {package for package, said in contents.items() if _is_meant(awards, said)}
        if found:
            return found
    return set()


def _measures(contents: str) -> list[str]:
    return [award.partition("/")[0] for award in contents.split("+")]


def _is_meant(awards: list[list[str]], contents: str) -> bool:
    """Return whether every award of a package is one of those asked for, and the other way round."""
    left = [award.split("/") for award in contents.split("+")]
    if contents == NOTHING or len(left) != len(awards):
        return False
    # those that say most first, so that one that says little does not take another's place
    for award in sorted(awards, key=lambda parts: -sum(map(bool, parts))):
        match = next((one for one in left if _fits(award, one)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def _fits(asked: list[str], award: list[str]) -> bool:
    padded = [*award, *[""] * (len(asked) - len(award))]
    return all(not part or part == own for part, own in zip(asked, padded, strict=False))


def pins_on_packages(rules: pd.DataFrame, offer: Offer, registered: set[str]) -> pd.DataFrame:
    """Return rules as pins of the allocation problem.

    Parameters
    ----------
    rules : DataFrame
        hh, rule, pin (approved, refused, by_hand), typed (of this run alone): `Decided.rules`.
    offer : Offer
    registered : set of str
        Households that are planned for; a decision of the ledger about another one waits.

    Returns
    -------
    DataFrame
        hh, package, pin: one row for a household with one package left, else one for each package that is closed.

    Raises
    ------
    RunError
        Naming every household whose rules leave it no package at all.
    """
    rules = rules[rules["hh"].isin(registered)]
    contents = package_contents(offer, rules["hh"])
    owner = offer.packages.set_index("package")["hh"].reindex(contents.index)
    faults, rows = [], []
    for hh, own in rules.groupby("hh", sort=True):
        mine = contents[owner == hh].to_dict()
        rule = AND.join(own["rule"])
        left = open_packages(rule, mine)
        pin = str(own["pin"].iloc[0])
        if not left:
            faults.append(_no_package_fault(str(hh), rule, list(mine.values()), typed=bool(own["typed"].any())))
        elif len(left) == 1:
            rows.append((hh, next(iter(left)), "by_hand" if pin == "refused" else pin))
        else:
            rows += [(hh, package, "refused") for package in mine if package not in left]
    if faults:
        raise RunError(faults)
    return pd.DataFrame(rows, columns=["hh", "package", "pin"])


def _no_package_fault(hh: str, rule: str, offered: list[str], *, typed: bool) -> Fault:
    remedy = "name a package the household may have" if typed else "take the decision back, or decide again"
    near = nearest_words(rule, offered)
    return Fault(
        "household {hh}: none of its packages is what was decided ({rule})",
        "",
        "{near}" if near else "",
        remedy,
        {"hh": hh, "rule": rule, "near": ", ".join(near)},
    )
