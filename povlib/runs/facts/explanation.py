"""Why: prices as they are posted, one more yuan and post, and a reason with a pencil line for each household."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib import allocation
from povlib.allocation.problem.allocation_problem import MICRO
from povlib.report.model.numbers import MINUS, missing, shown
from povlib.runs.facts.proposal import fund_rows, planned_households, unserved_kind
from povlib.runs.facts.village_order import in_village_order
from povlib.runs.run import Run
from povlib.runs.stages.source_limits import words_of_unit
from povlib.vocabulary import FAR_FROM_TOWNSHIP_KM, OLD_AGE_YEARS
from povlib.vocabulary.register import head_of_household, sex_label
from povlib.vocabulary.resource_keys import SOURCE, fund_of_row, rows_of_posts, share_key
from povlib.words import language_column, text

FEN_PER_YUAN, FEN_PER_WAN = 100, 1_000_000
# prices are read aloud in points, thousandths of an expected exit: whole numbers where persons need decimals
_POINTS_PER_PERSON = 1000
_MONTHS = 12


def marginal_money(run: Run, lang: str) -> pd.DataFrame:
    """Return by fund what 10,000 yuan more would bring at the posted price (an upper limit), and what is left."""
    left = fund_rows(run, lang)
    posted = run.explanation["prices"].set_index("row")["persons"]
    keys = [fund.key for fund in run.catalogue.funds.values() if fund.filled]
    return pd.DataFrame(
        {
            "name": left["name"],
            "persons_per_wan": [float(posted.get(key, 0.0)) for key in keys],
            "left_fen": left["left_fen"],
        }
    )


def one_more_post(run: Run, lang: str) -> pd.DataFrame:
    """Return by pool of posts between what one more would bring, by the plan solved again and by both proofs."""
    frame = run.explanation["one_more"]
    return pd.DataFrame(
        {
            "name": [run.problem.names(row)[lang] for row in frame["row"]],
            "at_least": frame["found"].to_numpy(),
            "at_most": frame["at_most"].clip(lower=0).to_numpy(),
        }
    )


def posted_prices(run: Run, lang: str) -> pd.DataFrame:
    """Return the posted prices in points, with what there is of each thing and how much of it is used."""
    used, capacity = _use_by_resource(run), _capacity_by_resource(run)
    units = {
        "fund": (text("10,000 yuan", lang), text("yuan", lang), 1 / FEN_PER_YUAN),
        "post": (text("one post", lang), text("posts", lang), 1.0),
        "place": (text("one place", lang), text("places", lang), 1.0),
        "weeks": (text("one builder-week", lang), text("weeks", lang), 1.0),
        "credit": (text("one yuan", lang), text("yuan", lang), 1.0),
    }
    rows: list[tuple[Any, ...]] = []
    for row in run.explanation["prices"].to_dict("records"):
        key, kind, name, points = str(row["row"]), str(row["kind"]), str(row[f"name_{lang}"]), float(row["points"])
        if kind == "share":
            rows += [(name, kind, per, price, None, "", None) for per, price in share_prices(run, key, points, lang)]
        elif kind == "kept share":
            named = text("{fund}, outside its kept share", lang, fund=name)
            rows.append((named, kind, units["fund"][0], points, None, "", None))
        else:
            limited = {SOURCE: (*words_of_unit(key, lang), 1 / MICRO)} if kind == SOURCE else units
            per, unit, scale = limited.get(kind, (text("one unit", lang), "", 1.0))
            known = capacity.get(key)
            has = kind in limited and known
            amounts = (round(known * scale), unit, used.get(key, 0.0) / known) if has and known else (None, "", None)
            rows.append((name, "limit on a source" if kind == SOURCE else kind, per, points, *amounts))
    columns = ["name", "kind", "per", "price_points", "capacity", "unit", "used_share"]
    return pd.DataFrame(rows, columns=columns).astype({"capacity": "Int64"})


def share_prices(run: Run, row: str, points: float, lang: str) -> list[tuple[str, float]]:
    """Return what a share costs, for others and for those it is kept for, per 10,000 yuan or per post.

    A share "at least s to the group" is the row  s x all - group's own <= 0  in whole numbers: what others
    receive uses it up, what the group receives gives some back (a price below zero).

    Parameters
    ----------
    row : str
        Key of the share's row.
    points : float
        Posted price of one unit of that row.
    """
    money = _shares_of_money(run)[row]
    received = _received_by_package(run, money=money)
    column = run.problem.rows["row"].tolist().index(row)
    use = pd.Series(run.problem.use[:, [column]].toarray().ravel(), index=run.problem.package)
    # every package of one side has the same rate by construction, so the first stands for all
    rate = (use.reindex(received.index.astype(str)) / received.to_numpy())[lambda r: r != 0]
    unit = FEN_PER_WAN if money else 1
    others, own = text("given to other households", lang), text("given to those it is kept for", lang)
    one = text("10,000 yuan", lang) if money else text("one post", lang)
    per = {sign: text("{amount} {receiver}", lang, amount=one, receiver=to) for sign, to in ((1, others), (-1, own))}
    return [(per[sign], float(part.iloc[0]) * unit * points) for sign in (1, -1) if len(part := rate[rate * sign > 0])]


def _shares_of_money(run: Run) -> dict[str, bool]:
    """Return by row of a share whether it is a share of new money (else of posts)."""
    assert run.problem.tables is not None  # a run's problem comes from tables
    shares = run.problem.tables.shares
    return {share_key(share): of == "money" for share, of in zip(shares["share"], shares["of"], strict=True)}


def _received_by_package(run: Run, *, money: bool) -> pd.Series:
    """Return by package the new money in fen, or the posts, of those packages that have any."""
    if money:
        paid = run.offer.packages.set_index("package")["new_money_fen"]
        return paid[paid > 0]
    uses = rows_of_posts(run.offer.uses)
    return uses.groupby("package", observed=True)["amount"].sum()


def _capacity_by_resource(run: Run) -> dict[str, int]:
    """Return what there is of each resource, the places of opened facilities included."""
    capacity = {
        str(row): int(amount) for row, amount in run.offer.resources[["resource", "capacity"]].itertuples(index=False)
    }
    rows = run.problem.rows[run.problem.rows["kind"] == SOURCE]
    capacity |= {str(row): int(amount) for row, amount in zip(rows["row"], rows["capacity"], strict=True)}
    opened = run.offer.facilities.merge(run.plan.opened, on=["facility", "level"])
    for resource, added in opened[["resource", "added"]].itertuples(index=False):
        # places that the plan opens are there to be used, as its own proof counts them
        capacity[str(resource)] += int(added)
    return capacity


def _use_by_resource(run: Run) -> dict[str, float]:
    """Return what the plan uses of each resource, and what it pays from each fund in fen."""
    chosen = planned_households(run)["package"]
    uses = run.offer.uses[run.offer.uses["package"].isin(chosen)].groupby("resource")["amount"].sum()
    paid = run.plan.payments.groupby("fund")["fen"].sum()
    problem = run.problem
    used = np.asarray(problem.use[run.plan.rows].sum(axis=0)).ravel()
    limited = (problem.rows["kind"] == SOURCE).to_numpy()
    hangs = pd.Series(used[limited], index=problem.rows.loc[limited, "row"])
    return {str(name): float(amount) for name, amount in pd.concat([uses, paid, hangs]).items()}


def rounding_exceptions(run: Run, lang: str) -> pd.DataFrame:
    """Return the households that rounding treats otherwise than their line says, and what that costs."""
    frame = run.explanation["otherwise"]
    frame = frame[~frame["hh"].astype("str").isin(list(by_lot(run, lang)))]
    labels = _package_labels(run, lang)
    village = run.plan.chosen.set_index("hh")["village"]
    return pd.DataFrame(
        {
            "hh": frame["hh"],
            "village": frame["hh"].map(village),
            "package": frame["chosen"].map(labels),
            "preferred": frame["better"].map(labels),
            "loss_points": frame["cost_persons"] * _POINTS_PER_PERSON,
        }
    )


def weak_payments(run: Run, lang: str) -> pd.DataFrame:
    """Return the payments that bring little, with what else each could do in words."""
    # a run that was finished before there was such a list has none
    frame = run.explanation.get("weak", pd.DataFrame(columns=["hh", "village", "measure", "fen", "points"]))
    labels, measures = _package_labels(run, lang), run.catalogue.measures
    instead = [_other_use(run, row, labels, lang) for row in frame.to_dict("records")]
    named = [measures[key].names.show(lang) if key in measures else key for key in frame["measure"]]
    return frame[["hh", "village", "fen", "points"]].assign(measure=named, instead=instead)


def _other_use(run: Run, row: Mapping[Any, Any], labels: Mapping[str, str], lang: str) -> str:
    """Say what else a payment could do: nothing (a rule needs it), another household's package, or stay in the fund."""
    if row["needed_for"]:
        rules = text(", ", lang).join(run.problem.names(name)[lang] for name in row["needed_for"].split(", "))
        return text("without it a rule would break: {rules}", lang, rules=rules)
    saved = shown(row["saved_fen"], "yuan", lang, unit="yuan")
    if missing(row["other_hh"]):
        return text("{saved} would stay in the fund: nothing more fits", lang, saved=saved)
    return text(
        "{hh}: {package}, {points} points more", lang, hh=row["other_hh"], package=labels[str(row["other_package"])],
        points=shown(row["other_points"], "decimal1", lang),
    )  # fmt: skip


def _package_labels(run: Run, lang: str) -> dict[str, str]:
    packages = run.offer.packages
    column = language_column("label", lang)
    return dict(zip(packages["package"].astype("str"), packages[column].astype("str"), strict=True))


def annex_rows(run: Run, lang: str) -> pd.DataFrame:
    """Return one row a household: plan, start, money, points of plan and runner-up, reason, pencil line."""
    rows = planned_households(run)
    reasons = run.explanation["households"].set_index("hh").loc[rows["hh"]]
    unassessable = rows["hh"].isin(run.projection.not_assessable["hh"]).to_numpy()
    whole = reasons[lang].where(~unassessable, text("Cannot be projected yet; to be visited before a decision.", lang))
    lots = by_lot(run, lang)
    frame = pd.DataFrame(
        {
            "hh": rows["hh"],
            "village": rows["village"],
            "size": rows["members"],
            "plan": rows[language_column("label", lang)],
            "start": rows["start"].where(rows["k"] > 0).astype("Int64"),
            "money_fen": rows["money_fen"],
            "points": reasons["points"].where(~unassessable).to_numpy(),
            "runner_points": reasons["runner_points"].where(~unassessable).to_numpy(),
            "short": _short_reasons(run, rows, reasons["reason"].to_numpy(), lang),
            "reason": [lots.get(hh) or _without_key(said, hh) for said, hh in zip(whole, rows["hh"], strict=True)],
            "pencil": rows["hh"].map(pencil_lines(run, lang)),
        }
    )
    return in_village_order(frame, run)


def by_lot(run: Run, lang: str) -> dict[str, str]:
    """Return what is said of the households whose package was drawn by lot."""
    if run.exploration is None:
        return {}
    message = "Drawn by lot among {n} packages with about as many points."
    drawn = run.exploration.frames["drawn"]
    return {str(hh): text(message, lang, n=n) for hh, n in zip(drawn["hh"], drawn["choices"], strict=True)}


def _short_reasons(run: Run, rows: pd.DataFrame, reason: npt.NDArray[Any], lang: str) -> npt.NDArray[Any]:
    """Return the reason in a few words: for the unserved the kind that the table of the unserved counts."""
    chosen = {
        "pinned": text("fixed beforehand", lang),
        "only": text("the only plan open to it", lang),
        "best": text("most points", lang),
        "nothing_best": text("most points", lang),
        "tie": text("level; what is left decided", lang),
        "rounding": text("whole pieces (see the exceptions)", lang),
        "equal": text("counts as equal", lang),
    }
    left_out = {
        "lot": text("by lot", lang),
        "objects": text("does not want help", lang),
        "unassessable": text("to be visited", lang),
        "nothing": text("no measure fits", lang),
        "over": text("very likely over the line anyway", lang),
        "little": text("help would hardly change it", lang),
        "scarce": text("does more elsewhere", lang),
    }
    words = pd.Series(reason, index=rows.index).map(chosen)
    none = rows[rows["k"] == 0]
    words.loc[none.index] = unserved_kind(run, none).map(left_out)
    words.loc[rows["hh"].isin(list(by_lot(run, lang))).to_numpy()] = text("by lot", lang)
    return words.to_numpy()


def _without_key(sentence: str, hh: str) -> str:
    """Drop the household's key from the front of its sentence: the row names it."""
    front, found, rest = sentence.partition("：" if "：" in sentence.partition(hh)[2][:3] else ": ")
    return rest if found and hh in front else sentence


def pencil_lines(run: Run, lang: str) -> dict[str, str]:
    """Return each household's arithmetic in points: value, less money, posts, places and weeks; the runner-up's sum."""
    frame = run.explanation["pencil"].assign(what=lambda f: f["what"].astype("str"))
    names = {what: _entry_name(run, what, lang) for what in frame["what"].unique()}
    chosen, runner = frame[frame["role"] == "chosen"], frame[frame["role"] == "runner_up"]
    second = runner.groupby("hh")["points"].sum()
    lines = {}
    for hh, items in chosen.groupby("hh", sort=False):
        first, *rest = zip(items["what"], items["points"], strict=True)
        parts = [shown(first[1], "decimal1", lang)]
        entry = text("{} {} ({})", lang)
        parts += [
            entry.format(MINUS if p < 0 else "+", shown(abs(p), "decimal1", lang), names[what]) for what, p in rest if p
        ]
        total = shown(float(items["points"].sum()), "decimal1", lang)
        line = " ".join([*parts, "=", total]) if len(parts) > 1 else total
        if hh in second.index:
            line += text("; runner-up {points}", lang, points=shown(float(second[hh]), "decimal1", lang))
        lines[str(hh)] = line
    return lines


def pencil_entries(run: Run, lang: str) -> pd.DataFrame:
    """Return every entry of every line, chosen and runner-up, for the workbook.

    Points are minus amount times price, in the units of the posted prices; they add up to the line.
    """
    frame = run.explanation["pencil"].assign(what=lambda f: f["what"].astype("str"))
    labels = _package_labels(run, lang)
    roles = {"chosen": text("plan", lang), "runner_up": text("runner-up", lang)}
    names = {what: _entry_name(run, what, lang) for what in frame["what"].unique()}
    amount, unit, per, scale = _amounts_and_units(run, frame, lang)
    return pd.DataFrame(
        {
            "hh": frame["hh"],
            "role": frame["role"].map(roles),
            "package": frame["package"].map(labels),
            "what": frame["what"].map(names),
            "amount": amount,
            "unit": unit,
            "price": -frame["points"] / amount * scale,
            "per": per,
            "points": frame["points"],
        }
    )


def _amounts_and_units(run: Run, frame: pd.DataFrame, lang: str) -> tuple[pd.Series, pd.Series, pd.Series, pd.Series]:
    """Return amount and unit of each entry, and what its posted price is for, in words and in that unit."""
    kinds = dict(zip(run.problem.rows["row"], run.problem.rows["kind"], strict=True))
    rules = _shares_of_money(run)
    sort = frame["what"].map(
        lambda what: "value" if what == "value" else "fund" if what not in kinds else str(kinds[what])
    )
    money = (sort == "fund") | frame["what"].map(lambda what: rules.get(what, False)).astype(bool)
    package = frame["package"].astype("str")
    received = {of: _received_by_package(run, money=of).rename(str).pipe(package.map) for of in (True, False)}
    amount = frame["amount"].astype("float64").where(sort != "share", received[False].where(~money, received[True]))
    amount = (amount / FEN_PER_YUAN).where(money, amount).where(sort != "value")
    hangs = sort == SOURCE
    amount = (amount / MICRO).where(hangs, amount)
    post = text("posts", lang)
    units = {
        "place": text("places", lang),
        "weeks": text("weeks", lang),
        "value": "",
        "post": post,
        "share": post,
    }
    ones = {
        "place": text("one place", lang),
        "weeks": text("one builder-week", lang),
        "value": "",
    }
    of_limits = [
        words_of_unit(what, lang) if limit else ("", "") for what, limit in zip(frame["what"], hangs, strict=True)
    ]
    unit = (
        sort.map(units)
        .where(~money, text("yuan", lang))
        .fillna("")
        .mask(hangs, pd.Series([many for _, many in of_limits], index=frame.index))
    )
    per = sort.map(ones).fillna(text("one post", lang)).where(~money, text("10,000 yuan", lang))
    per = per.mask(hangs, pd.Series([one for one, _ in of_limits], index=frame.index))
    # the price of money is for 10,000 yuan, every other for one of what is counted
    return amount, unit, per, money.map({True: FEN_PER_WAN / FEN_PER_YUAN, False: 1.0})


def _entry_name(run: Run, what: str, lang: str) -> str:
    """Return what a row of a price table is called: a resource, a fund outside its kept share, or the value."""
    if what == "value":
        return text("value", lang)
    base = fund_of_row(what)
    name = run.problem.names(base)[lang]
    return text("{fund}, outside its kept share", lang, fund=name) if base != what else name


def fairness_by_group(run: Run, lang: str) -> pd.DataFrame:
    """Return how help falls by sex of the head, disability, age of the head and distance."""
    rows = planned_households(run).set_index("hh")
    members = run.state.members
    heads = members[members["relation"] == head_of_household()].drop_duplicates("hh").set_index("hh")
    age = (run.settings.plan_month.ordinal - heads["birth"]) // _MONTHS
    distance = run.state.households.set_index("hh")["distance_km"]
    disabled = members.groupby("hh")["disability"].any()
    yes, no = text("yes", lang), text("no", lang)
    sexes = {sex_label(male=True): text("man", lang), sex_label(male=False): text("woman", lang)}
    levels = {
        text("sex of the head", lang): heads["sex"].map(sexes),
        text("disabled member", lang): disabled.map({True: yes, False: no}),
        text("head aged 60 or more", lang): (age >= OLD_AGE_YEARS).map({True: yes, False: no}),
        text("10 km or more from the township", lang): (distance >= FAR_FROM_TOWNSHIP_KM).map({True: yes, False: no}),
    }
    groups = pd.DataFrame({name: level.reindex(rows.index) for name, level in levels.items()}, index=rows.index)
    found = allocation.fairness(run.plan, run.problem, groups.rename_axis("hh").reset_index())
    found["level"] = found["level"].astype(str)
    return found[["group", "level", "households", "served_share", "money_per_household_fen", "additional"]]
