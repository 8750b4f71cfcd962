"""What truly happens in the practice township: luck, income, exits.

`luck` draws every random number of the income process, `income_process` turns it into income and guarantees by month,
`plan_outcomes` follows a plan to its true outcome, `truth_files` writes the truth for tests and reviews. Begin with
`income_process`.
"""
