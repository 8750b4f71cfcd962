"""Why: prices as they are posted, one more yuan and post, and a reason with a pencil line for each household."""

from __future__ import annotations

import pandas as pd

from povlib.report.model import Column, Table
from povlib.report.numbers import shown
from povlib.runs.chain import Run
from povlib.runs.facts.proposal import funds, households
from povlib.words import term, text

_POINTS_PER_PERSON = 1000
_KEPT = ":outside kept share"
_DISTANCE_KM = 10.0
_OLD = 60
_MONTHS = 12


def marginal(run: Run, lang: str) -> pd.DataFrame:
    """Return by fund what 10,000 yuan more would bring at the posted price (an upper limit), and what is left."""
    left = funds(run, lang)
    posted = run.explanation["prices"].set_index("row")["persons"]
    keys = [fund.key for fund in run.catalogue.funds.values() if fund.filled]
    return pd.DataFrame(
        {
            "name": left["name"],
            "persons_per_wan": [float(posted.get(key, 0.0)) for key in keys],
            "left_fen": left["left_fen"],
        }
    )


def one_more(run: Run, lang: str) -> pd.DataFrame:
    """Return by pool of posts what one more would bring when the plan is solved again."""
    frame = run.explanation["one_more"]
    return pd.DataFrame(
        {
            "name": [run.problem.names(row)[lang] for row in frame["row"]],
            "additional": frame["found"].to_numpy(),
            "gap_persons": (frame["at_most"] - frame["found"]).clip(lower=0).to_numpy(),
        }
    )


def prices(run: Run, lang: str) -> pd.DataFrame:
    """Return the posted prices in points, with what there is of each thing and how much of it is used."""
    frame = run.explanation["prices"]
    used = _used(run)
    capacity = _capacity(run)
    per = {
        "fund": text("10,000 yuan", lang),
        "kept share": text("10,000 yuan", lang),
        "post": text("one post", lang),
        "place": text("one place", lang),
        "weeks": text("one builder-week", lang),
        "share": text("one yuan of the share", lang),
    }
    rows = []
    for row in frame.to_dict("records"):
        key, kind = str(row["row"]), str(row["kind"])
        base = key.removesuffix(_KEPT)
        name = str(row[f"name_{lang}"])
        if kind == "kept share":
            name = text("{fund}, outside its kept share", lang, fund=name)
        known = capacity.get(base)
        has = kind in ("post", "place", "weeks", "fund") and known
        money = kind == "fund"
        shown_capacity = "—" if not has else shown(known, "wan" if money else "count", lang)
        rows.append(
            {
                "name": name,
                "kind": text(kind, lang),
                "per": per.get(kind, text("one unit", lang)),
                "price_points": float(row["points"]),
                "capacity": shown_capacity,
                "used_share": used.get(base, 0.0) / known if has and known else None,
            }
        )
    return pd.DataFrame(rows, columns=["name", "kind", "per", "price_points", "capacity", "used_share"])


def _capacity(run: Run) -> dict[str, int]:
    """Return what there is of each resource, the places of opened facilities included."""
    found = {
        str(row): int(amount) for row, amount in run.offer.resources[["resource", "capacity"]].itertuples(index=False)
    }
    opened = run.offer.facilities.merge(run.plan.opened, on=["facility", "level"])
    for resource, added in opened[["resource", "added"]].itertuples(index=False):
        found[str(resource)] += int(added)
    return found


def _used(run: Run) -> dict[str, float]:
    chosen = households(run)["package"]
    uses = run.offer.uses[run.offer.uses["package"].isin(chosen)].groupby("resource")["amount"].sum()
    paid = run.plan.payments.groupby("fund")["fen"].sum()
    return {str(name): float(amount) for name, amount in pd.concat([uses, paid]).items()}


def rounding(run: Run, lang: str) -> pd.DataFrame:
    """Return the households that rounding treats otherwise than their line says, and what that costs."""
    frame = run.explanation["otherwise"]
    labels = _labels(run, lang)
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


def _labels(run: Run, lang: str) -> dict[str, str]:
    packages = run.offer.packages
    column = "label" if lang == "zh" else "label_en"
    return dict(zip(packages["package"].astype("str"), packages[column].astype("str"), strict=True))


def annex(run: Run, lang: str) -> pd.DataFrame:
    """Return one row a household: plan, start, money, reason and pencil line."""
    rows = households(run)
    reasons = run.explanation["households"].set_index("hh")[lang]
    unassessable = set(run.projection.not_assessable["hh"])
    lines = pencil_lines(run, lang)
    visit = text("Cannot be assessed yet; to be visited before anything is decided.", lang)
    return pd.DataFrame(
        {
            "hh": rows["hh"],
            "village": rows["village"],
            "size": rows["members"],
            "plan": rows["label"] if lang == "zh" else rows["label_en"],
            "start": rows["start"].where(rows["k"] > 0).astype("Int64"),
            "money_fen": rows["money_fen"],
            "reason": [visit if hh in unassessable else _without_key(reasons[hh], hh) for hh in rows["hh"]],
            "pencil": rows["hh"].map(lines),
        }
    )


def _without_key(sentence: str, hh: str) -> str:
    """Drop the household's key from the front of its sentence: the row names it."""
    front, found, rest = sentence.partition("：" if "：" in sentence.partition(hh)[2][:3] else ": ")
    return rest if found and hh in front else sentence


def pencil_lines(run: Run, lang: str) -> dict[str, str]:
    """Return each household's arithmetic in points: value, less money, posts, places and weeks; the runner-up's sum."""
    frame = run.explanation["pencil"].assign(what=lambda f: f["what"].astype("str"))
    names = {what: _thing(run, what, lang) for what in frame["what"].unique()}
    chosen, runner = frame[frame["role"] == "chosen"], frame[frame["role"] == "runner_up"]
    second = runner.groupby("hh")["points"].sum()
    found = {}
    for hh, items in chosen.groupby("hh", sort=False):
        first, *rest = zip(items["what"], items["points"], strict=True)
        parts = [shown(first[1], "decimal1", lang)]
        parts += [
            f"{'−' if p < 0 else '+'} {shown(abs(p), 'decimal1', lang)}（{names[what]}）" for what, p in rest if p
        ]
        total = shown(float(items["points"].sum()), "decimal1", lang)
        line = " ".join([*parts, "=", total]) if len(parts) > 1 else total
        if hh in second.index:
            line += text("; runner-up {points}", lang, points=shown(float(second[hh]), "decimal1", lang))
        found[str(hh)] = line
    return found


def pencil_table(run: Run, lang: str) -> Table:
    """Return every entry of every line, chosen and runner-up, for the workbook: points add up to the line."""
    frame = run.explanation["pencil"]
    labels = _labels(run, lang)
    roles = {"chosen": text("plan", lang), "runner_up": text("runner-up", lang)}
    shown_frame = pd.DataFrame(
        {
            "hh": frame["hh"],
            "role": frame["role"].map(roles),
            "package": frame["package"].map(labels),
            "what": [_thing(run, str(what), lang) for what in frame["what"]],
            "amount": frame["amount"].astype("float64"),
            "points_per_unit": frame["points_per_unit"],
            "points": frame["points"],
        }
    )
    columns = (
        Column("hh", term("hh", lang)),
        Column("role", text("plan or runner-up", lang)),
        Column("package", term("package", lang), width=2.0),
        Column("what", text("entry", lang), width=2.0),
        Column("amount", text("amount (fen, posts, places, weeks)", lang), "count"),
        Column("points_per_unit", text("points a unit", lang), "points"),
        Column("points", text("points", lang), "points"),
    )
    return Table("pencil", term("pencil_line", lang), columns, shown_frame, definition="allocation.explain")


def _thing(run: Run, what: str, lang: str) -> str:
    if what == "value":
        return text("value", lang)
    base = what.removesuffix(_KEPT)
    name = run.problem.names(base)[lang]
    return text("{fund}, outside its kept share", lang, fund=name) if base != what else name


def fairness(run: Run, lang: str) -> pd.DataFrame:
    """Return how help falls by sex of the head, disability, age of the head and distance."""
    rows = households(run).set_index("hh")
    members = run.state.members
    heads = members[members["relation"] == "户主"].drop_duplicates("hh").set_index("hh")
    age = (run.settings.plan_month.ordinal - heads["birth"]) // _MONTHS
    distance = run.state.households.set_index("hh")["distance_km"]
    disabled = members.groupby("hh")["disability"].any()
    yes, no = text("yes", lang), text("no", lang)
    levels = {
        text("sex of the head", lang): heads["sex"].map({"男": text("man", lang), "女": text("woman", lang)}),
        text("disabled member", lang): disabled.map({True: yes, False: no}),
        text("head aged 60 or more", lang): (age >= _OLD).map({True: yes, False: no}),
        text("10 km or more from the township", lang): (distance >= _DISTANCE_KM).map({True: yes, False: no}),
    }
    found = []
    for group, level in levels.items():
        of = level.reindex(rows.index)
        for name, part in rows.groupby(of, sort=True):
            served = part["k"] > 0
            found.append(
                {
                    "group": group,
                    "level": str(name),
                    "households": len(part),
                    "served_share": float(served.mean()),
                    "money_per_household_fen": round(int(part["money_fen"].sum()) / len(part)),
                    "additional": float(part["additional"].sum()),
                }
            )
    return pd.DataFrame(found)
