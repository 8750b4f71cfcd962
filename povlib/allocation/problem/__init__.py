"""From tables to whole numbers: what may be chosen, what it uses, what there is.

In come tidy tables (packages, uses, resources, bills, payers, shares, pins) or arrays; out comes a `Problem`: one
package a household under every rule, all in whole numbers, so that methods, certificates and checks count alike.

Begin with `problem_arrays` (what each array means), then `allocation_problem` (the two ways in). Tables are checked
in `problem_tables` with `table_checks`, arrays in `array_problem`; `integer_rows` turns tables into rows and
coefficients, `bundled_funds` says by Gale's condition which bills which funds can pay, `stage_objectives` what is
made as large as possible. `canonical_order` makes ties and digests independent of how tables were sorted.
Nothing here solves anything.
"""
