"""posts: vacancies, who fits and why not, the best list, a list for a job fair, how long posts last, what one is worth.

Responsible for printing. Not responsible for the answers (`povlib.runs.facts.villages.office_posts`).
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from povlib.calendar import Month
from povlib.cli.terminal import print_paths, print_table
from povlib.cli.word import Group, Word, argument, chosen_place, switch
from povlib.cli.words_meant import chosen_run
from povlib.errors import DataError
from povlib.words import language, text

if TYPE_CHECKING:
    import pandas as pd

    from povlib.runs.facts.villages.office_posts import OfficePosts

POSTS = Group("posts", "posts: vacancies, who fits and why not, the best list, job fairs, how long posts last")
_MARKS = {"fits": "✓", "ask": "?", "no": "✗"}
_NAMED = 12
"""Persons of one reason that are named before --all is asked for."""
_FEN_PER_YUAN = 100
_MONTH = argument("--month", "vacancies of this month (none given: the first in which the plan may help)", "MONTH")
_RUN = argument("run", "id of a run or its beginning, a scenario (its newest run), latest or approved", "RUN",
                nargs="?", default="latest")  # fmt: skip


def _found(options: argparse.Namespace) -> OfficePosts:
    month = Month.parse(options.month) if options.month else None
    place = chosen_place(options)
    from povlib.runs.facts.villages.office_posts import office_posts

    return office_posts(place, month)


def vacancies(options: argparse.Namespace) -> int:
    """Print every vacancy, local and away apart: who may have it, what the best list fills, why some stay open."""
    found = _found(options)
    rows = found.who.post_list(language())
    print(text("Vacancies of {month}; the best list is that of posts match.", month=str(found.month)))
    for away, title in ((False, "Local:"), (True, "Away from home:")):
        mine = rows.loc[rows["away"] == away]
        if mine.empty:
            continue
        print(text(title))
        columns = {
            text("post"): mine["post"],
            text("name of the post"): mine["name"],
            text("employer"): mine["employer"],
            text("yuan a month"): (mine["wage_fen"] // _FEN_PER_YUAN),
            text("vacancies"): mine["free"],
            text("fit"): mine["fits"],
            text("ask first"): mine["ask"],
            text("filled"): mine["filled"],
        }
        _print_columns(columns)
        for row in mine.loc[mine["open"] > 0].to_dict("records"):
            why = row["why"] or text("nobody is barred: the others on the list are needed elsewhere")
            print("! " + text("{post}: {n} stay open; {why}", post=row["name"], n=row["open"], why=why))
    first = rows.sort_values("open", ascending=False, kind="stable")["post"].iloc[0]
    options.then = f"posts who {first}"
    return 0


def who(options: argparse.Namespace) -> int:
    """Print who may have a post and why others not, or what a household's members may have."""
    if not options.post and not options.household:
        raise DataError("name a post or a household", remedy="see the vacancies: {command}",
                        command="python3 workbench.py posts vacancies")  # fmt: skip
    found = _found(options)
    numbers = [found.post_number(options.post)] if options.post else list(range(len(found.who.posts)))
    if options.household:
        return _print_household(found, options.household, numbers)
    (number,) = numbers
    post = found.who.posts[number]
    rows = found.who.person_list(number, language())
    counts = {verdict: int((rows["verdict"] == verdict).sum()) for verdict in _MARKS}
    print(text("{post} ({employer}): {free} vacancies; {fits} fit, {ask} to be asked first, {no} may not.",
               post=post.name(), employer=post.employer, free=post.free, **counts))  # fmt: skip
    able = found.who.workers.loc[found.who.workers["able"].to_numpy(dtype=bool), "person"]
    shown = rows if options.all else rows.loc[(rows["verdict"] != "no") | rows["person"].isin(able)]
    _print_grouped(shown, everybody=options.all)
    if not options.all:
        print(text("Children, pupils and people without labour are left out; --all shows them."))
    _say_if_nobody_was_asked(found)
    options.then = f"posts fair --employer {post.employer}" if counts["fits"] + counts["ask"] else "forms MONTH"
    return 0


def _print_grouped(rows: pd.DataFrame, *, everybody: bool) -> None:
    """Print persons by verdict and reasons, each reason once with all to whom it applies."""
    for (verdict, reasons), mine in rows.groupby(["verdict", "reasons"], sort=False):
        best = mine.loc[mine["taken"], "person"].tolist()
        others = mine.loc[~mine["taken"], "person"].tolist()
        named = others if everybody else others[: max(_NAMED - len(best), 0)]
        more = len(others) - len(named)
        print(_MARKS[str(verdict)] + " " + text("{n} persons: {reasons}", n=len(mine), reasons=reasons or text("fits")))
        if best:
            print("    " + text("best list: {persons}", persons="、".join(best)))
        if named:
            rest = text(" and {n} more (--all)", n=more) if more else ""
            print("    " + "、".join(named) + rest)


def _say_if_nobody_was_asked(found: OfficePosts) -> None:
    if found.who.workers["wish"].isna().all():
        print("! " + text("Nobody was asked yet: wishes, duties at home and distances stand in the sheet 劳动力 of the "
                          "villages' forms."))  # fmt: skip


def _print_household(found: OfficePosts, hh: str, numbers: list[int]) -> int:
    """Print what members of one household may have, post by post, with every reason."""
    for row in found.rows_of_household(hh):
        person = found.who.workers["person"].iloc[row]
        for number in numbers:
            post = found.who.posts[number]
            verdict = str(found.who.verdicts(number).iloc[row])
            reasons = text("; ").join(found.who.reasons(row, number, language()))
            print(f"{_MARKS[verdict]} {person} {post.name()}: " + (reasons or text("fits")))
    return 0


def match(options: argparse.Namespace) -> int:
    """Print the best list of persons for all vacancies, local and away apart."""
    found = _found(options)
    who_fits = found.who
    best = who_fits.best_list(known_only=options.known)
    import pandas as pd

    total = sum(post.free for post in who_fits.posts)
    for away, title in ((False, "Local:"), (True, "Away from home:")):
        parts = []
        for number, post in enumerate(who_fits.posts):
            if post.away == away:
                taken = who_fits.person_list(number, language(), ("fits", "ask"), best)
                parts.append(taken.loc[taken["taken"]].assign(post=post.name(), employer=post.employer))
        mine = pd.concat(parts) if parts else pd.DataFrame()
        if mine.empty:
            continue
        print(text(title))
        _print_columns(
            {
                text("post"): mine["post"],
                text("employer"): mine["employer"],
                text("person"): mine["person"],
                text("village"): mine["village"],
                text("points"): mine["points"],
            }
        )
        for reasons, persons in mine.loc[mine["reasons"].ne("")].groupby("reasons", sort=False)["person"]:
            print("? " + text("to be asked of {persons}: {reasons}", persons="、".join(persons), reasons=reasons))
    _say_if_nobody_was_asked(found)
    print(text("{filled} of {total} vacancies filled, nobody twice: no list fills more, and of those none fits better.",
               filled=int((best >= 0).sum()), total=total))  # fmt: skip
    print(text("Points, 10 at most: wish 4, skill asked for 3, no work now 2, nothing left to ask 1."))
    options.then = "posts fair"
    return 0


def fair(options: argparse.Namespace) -> int:
    """Write a list for each employer, or one: vacancies, who may come, why others not."""
    found = _found(options)
    from povlib.runs.facts.villages.office_posts import write_fair_lists

    print_paths(write_fair_lists(chosen_place(options), found, options.employer))
    print(text("Persons stand on the lists by their keys: no name and no identity number is in them."))
    return 0


def retention(options: argparse.Namespace) -> int:
    """Print how long posts are held, by kind and place, from the office's own placements."""
    place = chosen_place(options)
    from povlib.params import table
    from povlib.runs.facts.villages.office_posts import office_retention

    found = office_retention(place)
    if found.table.empty:
        print(text("No placement is on record."))
        options.then = "forms MONTH"
        return 0
    rows = found.table
    kinds = {code.key: code.show(language()) for code in table("post_kind").codes}
    _print_columns(
        {
            text("kind of post"): rows["kind"].map(lambda key: kinds.get(key, text("not known"))),
            text("place of work"): rows["place"].replace({"": text("all places"), "?": text("not known")}),
            text("placements"): rows["placements"],
            text("left"): rows["left"],
            text("months seen"): rows["months"],
            text("borrowed from"): rows["assumed"].map("{:.1%}".format),
            text("left a month"): rows["hazard"].map("{:.1%}".format),
            text("range"): [f"{low:.1%}–{high:.1%}" for low, high in zip(rows["low"], rows["high"], strict=True)],
            text("still there after a year"): rows["year"].map("{:.0%}".format),
        }
    )
    print(text("Range: 90 %. Kinds borrow from support.yaml (loss_per_month), places from other places of their kind."))
    print(text("The projection uses this record together with the assumption.") if found.used else
          text("No leaving is on record, so the projection keeps the assumption of support.yaml."))  # fmt: skip
    if found.unmatched:
        posts = "、".join(found.unmatched)
        print(
            "! "
            + text("Not known for which measure these posts count, enter their kind in 岗位要求: {posts}", posts=posts)
        )
    return 0


def worth(options: argparse.Namespace) -> int:
    """Print what one more of each post would bring, the plan solved again with it."""
    made = chosen_run(options, chosen_place(options))
    from povlib.runs.questions.post_worth import post_worth

    rows = post_worth(made, options.post or "")
    _print_columns(
        {
            text("post"): rows["post"],
            text("name of the post"): rows["name"],
            text("employer"): rows["employer"],
            text("slots"): rows["slots"],
            text("used"): rows["used"],
            text("one more brings (persons)"): rows["likely"].map("{:.2f}".format),
            text("surely between"): [
                f"{low:.2f}–{high:.2f}" for low, high in zip(rows["low"], rows["high"], strict=True)
            ],
        }
    )
    print(text("A post with slots to spare is worth nothing more: no plan would use it."))
    best = rows.sort_values("likely", ascending=False, kind="stable").iloc[0]
    options.then = f"plan base --set posts.{best['post']}.slots={best['slots'] + 1}"
    return 0


def _print_columns(columns: Mapping[str, pd.Series | list[str]]) -> None:
    import pandas as pd

    print_table(pd.DataFrame({name: list(column) for name, column in columns.items()}))


WORDS = (
    Word("vacancies", "vacancies, local and away apart: who may have them, what stays open and why", vacancies,
         (_MONTH,), group=POSTS, then="posts match"),
    Word("who", "who may have a post and why others not; what a household's members may have", who,
         (argument("post", "key or name of a post", example="small_parts", nargs="?", default=""),
          argument("--household", "members of this household alone", example="S01-0007", default=""),
          switch("--all", "children, pupils and people without labour too, everybody named"), _MONTH),
         group=POSTS, then="posts match"),
    Word("match", "the best list: as many vacancies filled as can be, then the best fit", match,
         (switch("--known", "only persons of whom nothing is left to ask"), _MONTH), group=POSTS, then="posts fair"),
    Word("fair", "write lists for a job fair, one an employer: who may come, why others not", fair,
         (argument("--employer", "this employer alone", "EMPLOYER", default=""), _MONTH), group=POSTS,
         then="posts retention"),
    Word("retention", "how long posts are held, by kind and place, from the office's own placements", retention,
         group=POSTS, then="posts worth"),
    Word("worth", "what one more of each post would bring, the plan solved again with it", worth,
         (_RUN, argument("--post", "this post alone", example="small_parts", default="")), group=POSTS,
         then="plan base"),
)  # fmt: skip
"""Words of this module."""
