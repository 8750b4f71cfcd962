"""What a meeting asks of a plan: what would more money bring, who loses in bad years, why this household.

In come a plan and its problem; out come tables and sentences for the papers. Each module answers one question, most
by solving again; none is needed to make a plan.

Begin with `explanation` (prices and reasons; its sentences in `reason_sentences`). More or less help:
`capacity_frontier`, `marginal_worth`. Possible worlds: `worst_case`, `regret`, checked by `world_draws`. Other ways
to hand out the same help: `baseline_rules`, `one_page_rule`, `lottery`. Who gains: `group_fairness`.
"""
