"""The exact method: a township's plan, proven optimal where time allows.

Comes in: a `Problem` of up to a few thousand groups. Goes out: a plan, prices, and the bound they prove. Read
`township_search` first: it orders the work. The relaxation (`relaxation`, solved by `sifted_relaxation`) gives prices;
a local search around the near ties rounds it and improves the plan (`neighbourhood_search`, its loops and
`neighbourhood_joins` beside it);
where the rounding breaks rows, a walk mends them first (`feasibility_repair`). Integer programs over the packages whose
reduced cost is small close the gap (`reduced_cost_search`, `restricted_programs`, with the best plan and bounds in
`search_state`). HiGHS runs in a process of its own (`solver_process`), so that it can be ended. When no plan exists
`infeasible_rules` names the rules that cannot hold together; `rule_clashes` narrows a county for it first.
"""
