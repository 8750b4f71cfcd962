"""The help of the practice township: who got what so far, and what it truly brings.

`township_plan` makes the plans of the township itself (posts, industry help, marks for exit), `help_given` the spells
of help up to the last month of data, `true_effects` what each measure truly brings to each household. Begin with
`township_plan`.
"""
