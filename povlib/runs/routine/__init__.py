"""The office's routine: what waits in the inbox, what is due, and the month's work done in one go.

What comes in is an office's place. What goes out: the first page of the lab (`start_page`), the list of what a person
has to do next (`due_list`), and the month's job (`monthly_work`), which loads, closes, scores, plans and writes papers
by the same functions as the single commands.

Responsible for the order of the work and for telling what is missing. Not responsible for any of its steps
(`povlib.intake`, `povlib.ledger`, `povlib.runs.office`, `povlib.runs.completion`).
"""
