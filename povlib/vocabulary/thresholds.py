"""Ages and distances that papers and what-if questions group households by."""

# Law of the PRC on the Protection of the Rights and Interests of the Elderly (2012 revision), article 2: from 60 on.
OLD_AGE_YEARS = 60

# A choice, not a rule, and no source gives it. A smaller number calls most of a township far, a larger one few.
FAR_FROM_TOWNSHIP_KM = 10.0
