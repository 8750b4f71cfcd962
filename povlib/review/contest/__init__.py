"""Villages or townships side by side on a stated indicator, without praising or blaming anybody for noise.

`rank_sets` says which ranks the figures leave possible, for one unit's own question (marginal) or for a table of all
(simultaneous), and who may be among the best or last few.
"""

from typing import TYPE_CHECKING

from povlib.names_on_demand import import_on_demand

if TYPE_CHECKING:
    from povlib.review.contest.rank_sets import RankSets, perhaps_best, perhaps_last, rank_sets

__all__ = ["RankSets", "perhaps_best", "perhaps_last", "rank_sets"]

import_on_demand(__name__)
