"""The live panel: sliders and fields, and the plan that follows the hand.

`live_panel` is the panel of a run; `control_rows` are its sliders and fields, `household_box` pins or refuses one
household, `panel_actions` keeps what was found as a scenario and makes its papers, `shown_panel` puts it into a
notebook.

Responsible for widgets. Not responsible for any number (`povlib.runs.live`), nor for words of the page
(`povlib.report.pages.panel_page`).
"""
