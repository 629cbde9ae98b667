"""Evidence: what the literature says, as data (YAML), one loader and the cards that stand beside a chart.

records (the shapes) · fields (what a field may hold) · load (YAML to shapes) · library (all of it, checked)
card (one source in words) · shown (the charts, and what bears on them) · beside (which cards stand beside one) ·
panel (them, by comparison) · words (what no text of this house says)
"""
