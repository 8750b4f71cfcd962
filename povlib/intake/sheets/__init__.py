"""From the cells of a file to checked rows: which sheets are tables, which rows are households, which cells hold.

`layouts` reads from ``params/mappings`` which tables intake knows; `headers` finds one of them in a sheet;
`checked_sheet` sets totals and signatures aside and has `columns` convert whole columns; `flat_export` lifts household
columns out of rows of persons; `row_conflicts` holds repeats and shared identity numbers; `file_check` puts a file
together and holds households with a refused row. Begin with `file_check`.
"""
