"""The exact method: a township's plan, proven optimal where time allows.

Read `township_search` first: it orders the work. The relaxation gives prices (`relaxation`), a local search a first
plan (`neighbourhood_search`), and integer programs over the packages whose reduced cost is small close the gap
(`reduced_cost_search`). When no plan exists `infeasible_rules` names the rules that cannot hold together.
"""
