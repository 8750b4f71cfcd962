"""Who is entitled to a safe house, why it waits, and what it costs by the bill of quantities.

`entitled_households` says for every household on the register whether it is owed a safe house, with the reason for each
yes, no and not-known; `house_checklists` holds houses against the township's standard; `bill_accounts` reconciles
estimate, variations and final account; `bill_outliers` names lines out of line with like houses; `house_money` says
which fund would pay a bill, and `price_effects` what a changed price does to each house and fund.

Responsible for what the ledger says of houses and of their bills. Not responsible for choosing who is helped
(`povlib.allocation`): no budget and no price can change who is entitled.
"""
