"""The forms that go out to the villages, and what came back beside them.

`form_rows` turns what the ledger knows into rows of the form, `forms` writes one workbook a village, `returned_forms`
keeps a copy of what went out and names what a village changed, left out or added. Begin with `forms`.
"""
