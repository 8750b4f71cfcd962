"""有其屋: the paper on houses, the page of notebook 05, and the file of each house, in words.

Responsible for wording and tabling `facts.HousesFacts` and for one page a house in the file. Not responsible for
counting (`povlib.runs.facts.houses`) nor for the rules of who is entitled, who inspects and when a house is done
(`povlib.housing`). Begin with `paper`.
"""
