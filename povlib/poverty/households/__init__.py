"""Who is poor among the ledger's households, by the one exit rule, and how that moves from month to month.

What comes in: the frames of a ledger state (`ledger_frames` names the columns), a catalogue of lines and income kinds,
and the settings of the rule. What goes out: verdicts, overviews and spells, one row a household, village or month.

Where to begin reading: `household_income` (net income per member over twelve months), `exit_rule` (income above the
line at every month-end, and all six guarantees), `exit_procedure` (which step of the official procedure a household
has reached). `township_overview`, `line_crossings` and `poverty_spells` gather these for a notebook; `coverage`
compares the register with a survey, `register_checks` counts deprivations together and asks how far the register
can be trusted.
"""
