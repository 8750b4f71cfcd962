"""Who lives in the practice township: persons and households as they are when the plan is made.

`members` makes persons, `member_traits` their school, health and labour, `household_traits` and `household_needs` what
a household is and lacks, `births_and_moves` who joins and leaves later, `identities` names and numbers nobody bears.
Begin with `members`.
"""
