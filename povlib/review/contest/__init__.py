"""Villages or townships side by side on a stated indicator, without praising or blaming anybody for noise.

`village_contest` compares one result that households reached or not: what each village could expect of its households
(`case_mix`), its rate against that with the limits of luck (`village_rates`), and the ranks that the figures leave
possible (`rank_sets`): for one unit's own question (marginal) or for a table of all (simultaneous), and who may be
among the best or last few.
"""

from typing import TYPE_CHECKING

from povlib.names_on_demand import import_on_demand

if TYPE_CHECKING:
    from povlib.review.contest.case_mix import expected_chances
    from povlib.review.contest.rank_sets import RankSets, perhaps_best, perhaps_last, rank_sets
    from povlib.review.contest.village_contest import VillageContest, village_contest
    from povlib.review.contest.village_rates import village_rates

__all__ = [
    "RankSets",
    "VillageContest",
    "expected_chances",
    "perhaps_best",
    "perhaps_last",
    "rank_sets",
    "village_contest",
    "village_rates",
]

import_on_demand(__name__)
