"""Papers of a run that are made when somebody asks for them: a wall, a list, an account, a month, a village.

What comes in: the facts of the meeting paper, and a few frames of their own. What goes out: a `Report` each.
"""
