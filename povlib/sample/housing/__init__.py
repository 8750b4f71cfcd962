"""Houses of the practice township: how the works truly go on, and what the office writes down of them.

`weekly_building` is the process (season, rain, shortages of material, crews, houses) with its true finishing days;
`site_records` is what the office sees of it: weekly records and schedules. `house_bills` are the bills with a few
planted outliers, `house_standing` the dwellings, ways, credits and sites, `drawn_photos` the pictures, and
`inspection_round` one round of cross-village inspection. Begin with `weekly_building`.
"""
