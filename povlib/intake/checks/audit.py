"""The audit rules that offices run over a register: a rule pack that is data.

Responsible for reading ``params/rules/*.yaml`` and evaluating its conditions on checked rows, whole
columns at a time. Not responsible for the derived facts the conditions speak of (`audit_facts`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import yaml

from povlib.errors import Fault, IntakeError
from povlib.intake.sheets.layouts import yaml_texts
from povlib.intake.verdict import Flag, cap_flags
from povlib.places import PARAMS
from povlib.plain_yaml import plain_values
from povlib.words import language

TABLES = (
    "member",
    "household",
    "support",
    "dwelling",
    "housing",
    "coop",
    "stake",
    "loan",
    "contract",
    "enterprise_help",
    "income_contract",
    "medical_bill",
    "disaster_loss",
)
SEVERITIES = {"note": "audit", "cell": "audit_cell", "row": "audit_row"}
Mask = npt.NDArray[np.bool_]
Test = Callable[[pd.Series, Any], Mask]


def _as_numbers(values: pd.Series) -> pd.Series:
    return pd.to_numeric(values, errors="coerce").astype("float64")


def _equals(values: pd.Series, wanted: Any) -> Mask:
    if isinstance(wanted, (int, float)):
        return np.asarray(_as_numbers(values) == wanted, dtype=bool)
    return np.array([value == wanted for value in values], dtype=bool)


def _contains_text(values: pd.Series, part: Any) -> Mask:
    return np.array([isinstance(value, str) and str(part) in value for value in values], dtype=bool)


OPERATORS: dict[str, Test] = {
    "is": _equals,
    "is_not": lambda values, wanted: values.notna().to_numpy() & ~_equals(values, wanted),
    "in": lambda values, wanted: values.isin(wanted).to_numpy(dtype=bool),
    "not_in": lambda values, wanted: values.notna().to_numpy() & ~values.isin(wanted).to_numpy(dtype=bool),
    "below": lambda values, wanted: (_as_numbers(values) < wanted).to_numpy(dtype=bool),
    "at_least": lambda values, wanted: (_as_numbers(values) >= wanted).to_numpy(dtype=bool),
    "empty": lambda values, wanted: (values.isna() == bool(wanted)).to_numpy(dtype=bool),
    "contains": lambda values, wanted: _contains_text(values, wanted),
    "contains_not": lambda values, wanted: values.notna().to_numpy() & ~_contains_text(values, wanted),
}


@dataclass(frozen=True)
class AuditRule:
    """One rule: who it is about (`about`), what must hold for it to speak (`when`) and where it points (`cell`)."""

    key: str
    names: Mapping[str, str]
    citation: str
    about: str
    when: Mapping[str, Mapping[str, Any]]
    cell: str
    severity: str

    def hits(self, facts: pd.DataFrame) -> Mask:
        """Return the rows of `facts` that the rule speaks about; a field that is not there makes it silent."""
        mask = np.ones(len(facts), dtype=bool)
        for field, tests in self.when.items():
            if field not in facts:
                return np.zeros(len(facts), dtype=bool)
            for op, wanted in tests.items():
                mask &= OPERATORS[op](facts[field], wanted)
        return mask

    def said(self) -> str:
        """Return the rule in the language in use; its citation, a number of the pack, stays in the pack."""
        return str(self.names.get(language(), self.names["en"]))


@dataclass(frozen=True)
class RulePack:
    """A rule pack: its rules, and the groups of measures they ask for."""

    key: str
    rules: tuple[AuditRule, ...]
    groups: Mapping[str, tuple[str, ...]]


def read_rule_packs(folder: Path | None = None) -> tuple[RulePack, ...]:
    """Return every rule pack of a folder (default ``params/rules``).

    Raises
    ------
    IntakeError
        With every fault of every pack.

    Examples
    --------
    >>> [pack.key for pack in read_rule_packs()], len(read_rule_packs()[0].rules) > 20
    (['audit_2016', 'houses_2016', 'villages_2016'], True)
    """
    return _parse_rule_packs(yaml_texts(folder or PARAMS / "rules"))


@lru_cache(maxsize=8)
def _parse_rule_packs(texts: tuple[tuple[str, str], ...]) -> tuple[RulePack, ...]:
    rule_packs: list[RulePack] = []
    faults: list[Fault] = []
    for name, content in texts:
        try:
            raw = plain_values(content)
            rules = tuple(_parse_rule(name, row, faults) for row in raw["rules"])
            groups = {group: tuple(keys) for group, keys in (raw.get("groups") or {}).items()}
            rule_packs.append(RulePack(raw["pack"], rules, groups))
        except yaml.YAMLError as error:
            faults.append(Fault("the file is no YAML: {problem}", name, values={"problem": str(error).split("\n")[0]}))
        except (KeyError, TypeError) as error:
            faults.append(Fault("the rule pack is wrong: {problem}", name, values={"problem": repr(error)}))
    if faults:
        raise IntakeError(faults)
    return tuple(rule_packs)


def _parse_rule(file: str, row: dict[str, Any], faults: list[Fault]) -> AuditRule:
    """Return a rule of a pack, unknown words in it being added to `faults`."""
    rule = AuditRule(**{**row, "citation": str(row["citation"])})
    where = f"{file}: {rule.key}"
    for name, value, allowed in (("about", rule.about, TABLES), ("severity", rule.severity, tuple(SEVERITIES))):
        if value not in allowed:
            values = {"name": name, "value": value, "allowed": ", ".join(allowed)}
            faults.append(Fault("{name} cannot be {value}", where, "{allowed}", "", values))
    for tests in rule.when.values():
        for op in set(tests) - set(OPERATORS):
            values = {"name": "when", "value": op, "allowed": ", ".join(OPERATORS)}
            faults.append(Fault("{name} cannot be {value}", where, "{allowed}", "", values))
    return rule


def run_audit_rules(check: Any, today: Any, folder: Path | None = None) -> None:
    """Run every pack over the checked sheets of a file, adding flags and refusing what a pack refuses."""
    from povlib.intake.checks.audit_facts import FACTS_OF, audit_facts, with_help_of_groups

    facts: dict[str, pd.DataFrame] = {}
    changed = True
    for pack in read_rule_packs(folder):
        if not any(rule.about in FACTS_OF for rule in pack.rules):
            continue
        if changed:  # what a pack refused or emptied is no fact for the next one
            facts = audit_facts(check, today)
        changed = run_rules_of_pack(check, pack, with_help_of_groups(facts, pack.groups))


def run_rules_of_pack(check: Any, pack: RulePack, facts: Mapping[str, pd.DataFrame]) -> bool:
    """Run one pack over facts by table, adding flags; return whether it refused a row or emptied a cell."""
    changed = False
    for rule in pack.rules:
        if rule.about in facts and len(facts[rule.about]):
            changed |= _flag_rows_of_rule(check, rule, facts[rule.about])
    return changed


def _flag_rows_of_rule(check: Any, rule: AuditRule, facts: pd.DataFrame) -> bool:
    """Flag the rows a rule hits and, by its severity, refuse the row or empty the cell; return whether it did."""
    hit = rule.hits(facts)
    if not hit.any():
        return False
    hits = facts[hit]
    for index, rows in hits.groupby("_of", sort=True):
        sheet = check.sheets[int(str(index))]
        cell = rule.cell if rule.cell in sheet.places else sheet.layout.unique[0]
        flags = [
            Flag(
                sheet.name,
                sheet.cell(int(row), cell),
                SEVERITIES[rule.severity],
                {"got": rule.said(), "field": rule.key},
            )
            for row in rows["_row"]
        ]
        sheet.flags.extend(cap_flags(flags))
        if rule.severity == "row":
            sheet.refused[rows["_at"].to_numpy(dtype=int)] = True
        elif rule.severity == "cell":
            sheet.frame.loc[rows["_at"].to_numpy(dtype=int), cell] = None
    return rule.severity != "note"
