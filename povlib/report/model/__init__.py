"""What a paper says, before anything knows how it will look.

In come figures with a key and tidy frames; out goes one frozen `Report` in one language. Begin reading at
`paper` (report, sections, blocks); `numbers` says how each kind of number is written and lets no number into a
sentence without its key; `table` types the columns of a frame. `Report.numbers` lists every number printed, so
that one key has one value in every format. Nothing here knows a page, a font or a file.
"""
