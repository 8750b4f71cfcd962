"""Questions asked of a finished run, each answered once and kept beside it (`work/<office>/asked/<run>`).

A finished run is sealed by its manifest, so answers that take a minute and that nobody may ever ask for lie
outside it: `what_if` (other amounts of money, bad years, a rule on one page) and `optimism` (how much of the
promise is luck of the estimates). What comes in is a `Run`, what goes out are frames for `povlib.report`.
Begin reading with `optimism`: it is the shorter one and owns the folder.
"""
