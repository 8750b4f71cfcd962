"""Is every house safe? Cross-village inspection of the lists of houses.

What comes in: villages, inspectors and the lists they check. What goes out: who inspects where, by a lottery anybody
can draw again, and how many houses to visit before a list may be called right. Begin with `inspection`.

Responsible for houses and for checking what is said of them. Not responsible for what a house costs
(`povlib.params`, `povlib.support`) or who gets one (`povlib.allocation`).
"""
