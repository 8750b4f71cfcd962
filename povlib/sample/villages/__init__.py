"""Co-ops, firms, contracts, work and helpers of the practice township: true processes, and what the office writes down.

`coops_and_firms` says who there is, `stakes_and_entries` who put in what and what was paid, `bird_contracts` the
purchase contract with its deliveries, `village_harvests` one village one product, `work_stock` workers, posts and how
placements end, `rosters` turns at grazing and helpers. `village_tables` gathers the ledger's tables; `removals` is the
truth of one employer, co-op, firm or contract closing. Constants stand in ``economy.yaml``. Begin with
`village_tables`.
"""
