"""Plans over several periods: who is served when, who waits, and money that arrives in parts and lapses.

A horizon is one allocation problem: every household chooses a package and the period it starts in, or nothing. Posts
and places are taken for good, builders' weeks are of their month, and money is that of the *tranches* that have arrived
and not lapsed. Begin to read at `horizon_problem`, then `horizon_search`; `horizon_bound` proves and
`horizon_check` repeats.
"""
