"""What one more of a post is worth: the plan solved again with it.

Responsible for which posts are asked about. Not responsible for solving (`povlib.allocation.value_of_one_more`).
"""

from __future__ import annotations

import pandas as pd

from povlib import allocation
from povlib.errors import ParameterError, unknown_word_fault
from povlib.runs.run import Run
from povlib.vocabulary.resource_keys import post_key
from povlib.words import language


def post_worth(run: Run, post: str = "") -> pd.DataFrame:
    """Return for each post of a plan what one more of it would bring, by solving again.

    Parameters
    ----------
    run : Run
    post : str
        Key or name of one post; empty: all of them.

    Returns
    -------
    DataFrame
        post, name, employer, place, slots, used, low, high, likely (persons that one more would lead out: surely
        between low and high, by proof; likely is how far the proved bound rises). A post with slots to spare is not
        solved for again: one more spare slot changes no plan, and all three are 0.

    Raises
    ------
    ParameterError
        If the plan has no such post, with those it has.
    """
    posts = {key: found for key, found in run.catalogue.posts.items() if found.filled and found.capacity > 0}
    names = {name: key for key, found in posts.items() for name in (key, *found.names.by_language().values())}
    if post and post not in names:
        raise ParameterError([unknown_word_fault("the plan has no post {value}", post, names, "posts.yaml", posts)])
    asked = [names[post]] if post else list(posts)
    chosen = set(run.plan.chosen["package"].astype(str))
    components = run.offer.components
    used = components.loc[components["package"].astype(str).isin(chosen), "post"].value_counts()
    rows_known = set(run.problem.rows["row"].astype(str))
    full = [key for key in asked if int(used.get(key, 0)) >= posts[key].capacity and post_key(key) in rows_known]
    solved = allocation.value_of_one_more(run.plan, run.problem, [post_key(key) for key in full]) if full else None
    worth = {} if solved is None else dict(zip(full, solved.to_dict("records"), strict=True))
    return pd.DataFrame(
        [
            {
                "post": key,
                "name": posts[key].names.show(language()),
                "employer": posts[key].employer,
                "place": posts[key].place,
                "slots": posts[key].capacity,
                "used": int(used.get(key, 0)),
                "low": float(worth[key]["found"]) if key in worth else 0.0,
                "high": float(worth[key]["at_most"]) if key in worth else 0.0,
                "likely": float(worth[key]["relaxed"]) if key in worth else 0.0,
            }
            for key in asked
        ]
    )
