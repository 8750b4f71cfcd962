"""What does help bring a household, in money and in guarantees?

Comes in: the awards of packages, help the ledger says is running, and what the law owes. Goes out: fen per unit of each
shared effect, its variance, the chance of take-up, how top-ups shrink, and the chance that a guarantee is met in time.
Begin with `award_effects` (one award: how many paid months, how surely); `running_help` and `package_effects` apply it
to help that runs and to help that is planned. Sizes of effects are drawn once for all, in `povlib.exits.shared_draws`.
"""
