"""Collective income of villages (村财): what their contracts bring, when, from whom, for whom.

`due_schedule` holds receipts against what is due, by the day; `village_accounts` balances what came in with what was
done with it, and the book of months with the receipts; `counterparties` says on whom the income hangs and who is a
related party; `income_forecast` adds up the next year with a range; `shared_income` divides a part among households
by a rule; `implied_means` says what a mean and two villages above a mark leave for the others.

Responsible for contracts of villages, from frames. Not responsible for what a household earns (`povlib.exits`) or for
contracts of sale (`povlib.villages.contracts`).
"""
