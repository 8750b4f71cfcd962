"""Workers and posts: who fits which post and why not, the best matching, vacancies, and how long posts are held.

What comes in: frames of the ledger (``workers``, ``post_terms``, ``placements``, ``placement_ends``, ``posts``) and the
posts of the catalogue. In the order of the work: `work_frames` (frames that an older ledger lacks), `post_demands`
(what a post asks for), `worker_facts` (what is known of a person), `fit_rules` (bars and unknown facts, post by post),
`fit_words` (every reason in words), `who_fits` (all persons against all vacancies), `best_matching` (as many vacancies
filled as can be, then the best fit) and `retention` (the hazard of leaving, from the office's own placements).

Responsible for single persons and posts. Not responsible for packages (`povlib.support.household_packages`, which hold
to the same rules through `povlib.support.single_awards`) or for the plan (`povlib.allocation`).
"""
