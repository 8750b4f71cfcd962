"""One cell: its text and kind in, a value or the rule that refuses it out.

`cell` has keys, names, texts, numbers, telephones and accounts, and the `Outcome` that every conversion returns;
`amounts`, `dates` and `identity_number` are the three kinds with rules of their own. Nothing is padded, repaired or
guessed: a text with two meanings is refused. Begin with `cell`.
"""
