"""Measures of poverty, inequality, deprivation and targeting for any survey frame, with design-based errors.

What comes in: a DataFrame (one row a person or household) and the names of its columns. What goes out: the tidy
frame measure, convention, domain, estimate, se, ci_low, ci_high, n, clusters. Nothing here knows the ledger.

Where to begin reading: `measures` (the one call), then `measurement_input` (a frame checked and cut into domains),
`sorted_domain` (the sums every index needs), `indices` and `inequality` (formulas with their influence functions),
`linearisation` and `survey_design` (from influence to a standard error), `replication` and `studentised_bootstrap`
(the same by resampling). `functions_of_totals` serves everything that follows from weighted totals alone:
`targeting_errors`, `deprivation_counting`, `register_quality`, `decompositions`, `change_decomposition`.
`lorenz_curves` also measures from grouped tables; `estimates` holds differences between domains.
"""
