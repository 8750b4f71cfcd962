"""Opening files that may be damaged or hostile: bytes in, plain texts with their kinds out.

`reader_process` starts a process that may be ended when a file costs too much time or memory; `reader` is what runs
in it: `container` looks at the container before anything parses it, `sheet_facts` reads from the raw parts what values
do not tell (formulas, hidden rows), `old_workbook` does so for .xls, `text_table` decodes text files. The answer is
a `grid.Grid` a sheet. Nothing here knows what a cell means. Begin with `reader_process`.
"""
