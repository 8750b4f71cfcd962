"""The last gate before a text leaves the desk.

In come texts, files or tables of counts; out comes a refusal that names the place, or a table with the small
cells hidden. Begin reading at `personal_data` (identity numbers, telephones, bank cards, planted marks);
`file_texts` opens workbooks, PDF and archives for it; `small_cells` hides counts of a few households and whatever
would give them away. Masking of names is not done here: the builders of papers never receive full names.
"""
