"""Three ways to one answer: exact for a township, posted prices for counties, the same in parts for millions.

Read `dispatch` first: `solve` chooses the way by size. `township/` proves optima of a few hundred households,
`priced/` moves prices over villages, `scale/` does so out of core and on a cluster. The folder is not called
``solve`` because `povlib.allocation.solve` is the function.
"""
