"""Evidence: what the literature says, as data (YAML), one loader and the cards that stand beside a chart.

records (the shapes) · fields (what a field may hold) · load (YAML to shapes) · library (all of it, checked)
card (one source in words) · beside (which cards stand beside this chart) · words (what no text of this house says)
"""
