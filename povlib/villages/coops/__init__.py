"""Co-operatives: stakes and loans, accounts that sum to zero, dividends over their floor, turns at grazing, failure.

`stake_rules` says which stakes and loans an auditor would query; `accounts` keeps double entry to the fen,
`reconciliation` holds it against the lists; `dividends` shares what was earned, never under the guaranteed floor while
the firm pays; `member_incomes` keeps wage and dividend apart, each with its own risk; `failure` says what each
household loses when a co-op fails; `rotation` draws up the roster of turns (轮流放养).

Responsible for one co-op and its households, from frames. Not responsible for who is offered a place
(`povlib.support`, `povlib.allocation`).
"""
