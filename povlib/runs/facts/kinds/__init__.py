"""Figures of the papers that are made when asked for (`povlib.runs.asked_papers`).

What comes in: a run and the facts of its meeting paper. What goes out: the frames of one paper each; a figure that
stands in two papers is taken from the meeting's facts, never counted again.
"""
