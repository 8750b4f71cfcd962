"""Contracts of sale: who delivers what by when, what was delivered, what will be missing, and the money of it.

`contract_shares` divides a year's demand among households that can raise the birds; `fulfilment` holds deliveries
against what was due, by month and by household; `shortfall` says what will be missing at the end, with a range from
the office's own deliveries; `contract_money` keeps the price floor and the sums to the fen; `open_places` says for how
many more households a contract still has room.

Responsible for one contract after the other, from frames. Not responsible for what raising brings a household
(`povlib.exits`) or for who is offered a place (`povlib.support`, `povlib.allocation`).
"""
