"""What a run would be with other amounts, while the hand is still on the slider.

`live_controls` lists what a hand may change; `changed_run` is the run of changed parameters, held in memory, made by
the very calls of a run that is begun and finished; `panel_answer` is what a panel shows of it, beside the run it
started from; `answer_search` answers at once with what is known and searches on in a process beside.

Responsible for being as fast as a hand and for never calling a number final that a fresh run would not print. Not
responsible for any computation (the rooms above) or for showing anything (`povlib.desk`).
"""
