"""What must agree between records and files of parameters.

Begin with `catalogue_checks`. What is found is gathered in `findings`; conditions that nobody can fulfil are
`contradictions`, words that would mean two records `spellings`.
"""
