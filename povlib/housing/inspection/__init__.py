"""Cross-village inspection (换村互检): who goes where, and how many houses must be seen.

`visit_probabilities` sets the chances that each inspector visits each village, by a linear program; `visit_lottery`
turns them into a list of whole assignments with weights, from which one is drawn by a public seed. `finite_lists`
holds the exact sizes and bounds for lists drawn without replacement, and `sequential_confirmation` the test that may
stop after any visit.

Responsible for the design and the reading of an inspection. Not responsible for forms or findings of a village
(`povlib.intake`, `povlib.ledger`).
"""
