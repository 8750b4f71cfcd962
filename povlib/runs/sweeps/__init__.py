"""Sweeps: one scenario planned at every point of a grid of parameters, side by side on the cores of the computer.

What comes in are words such as ``funds.special.amount_yuan=200000..600000/9``; what goes out is a finished run for
every point, a table of their four numbers and a chart. `grid` reads the words, `points` checks all of them and begins
the runs, `execution` computes what is not there yet, `outcome` gathers and writes. Begin reading with `sweep`.
"""
