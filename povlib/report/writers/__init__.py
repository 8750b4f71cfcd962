"""One writer a format: the same report as HTML, PDF, Word, workbook, long picture, notebook page.

In comes a `povlib.report.model` report; out go files with the same bytes on every run. Begin reading at `payload`,
the one flattening into shown texts that HTML, PDF, picture and Word share, so that what the privacy gate reads is
what is set; then any writer. `publication` writes all formats aside, has them scanned and moves them together or
not at all; `whole_files` writes a file whole. `family_sheets` is a paper of its own: one A5 page a household.
"""
