"""What do the office's own records teach about effects of help, and how far is that to be trusted?

Comes in: gains seen since help began, estimates with errors, priors. Goes out: how far households differ in an effect
(`effect_variation`), what one household's own months say (`recent_help`), priors refitted on earlier estimates
(`prior_refit`), what a plan promises under estimates and under posteriors (`optimisers_curse`), and which priors a
total hangs on (`prior_sensitivity`). Estimates themselves are made in `povlib.impact`.
"""
