"""One village one product 一村一品: which product for which village, mean income against income in bad years.

Begin with `product_choice.ProductChoice`, then `best_choice` and `frontier`. Not responsible for series and needs of
products (``products.yaml``) or for what a household is given (`povlib.allocation`).
"""
