"""The works on the houses of the practice township: how they truly go on, and what the office writes down of them.

`weekly_building` is the process (season, rain, shortages of material, crews, houses) with its true finishing days;
`site_records` is what the office sees of it: weekly records and schedules. Begin with `weekly_building`.
"""
