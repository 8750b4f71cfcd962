"""Workbench for evaluating and planning targeted poverty alleviation.

The rooms of the package are named after a planner's questions; ``docs/architecture.md`` says
what each one is for and which tables pass between them. Importing ``povlib`` loads no solver
and no plotting library: rooms are imported by name.
"""

__version__ = "0.1.0"
__all__ = ["__version__"]
