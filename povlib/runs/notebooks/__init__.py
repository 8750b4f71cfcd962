"""Executing the workbench's own notebooks for a run, and printing them.

What comes in is the name of a notebook and its parameters; what goes out is the executed copy without clocks
and paths, and an HTML page of it. `execution` checks the parameters and runs one notebook, `shared_kernel` lets
the notebooks of a run share one Python process, `notebook_html` prints. Begin reading with `execution`.
"""
