"""Needling: what the record of a session may hold, in the shape of STRICTA 2010, and how far each number may go.

Source: MacPherson 2010, PLoS Med 7:e1000261, items 2a to 2g and 3b. The limits only refuse slips of the hand: no needle
in use is thicker, longer or left longer. docs/science/dose.md.
"""

NEEDLES = (1, 300)  # 2a: insertions in the session
GAUGE = (0.1, 1.5)  # 2g: diameter in mm; fine needles 0.12 to 0.40, those that inject up to 1.2
DEPTH = (0, 150)  # 2c: mm
RETENTION = (0, 240)  # 2f: minutes; 0 = taken out at once
MINUTES = (1, 480)  # 3b: the whole session
STIMULATIONS = ("none", "manual", "electro")  # 2e
LONGEST_POINT, MOST_POINTS = 40, 60  # 2b: characters of a name; points in a session
LONGEST_WORDS = 200  # 2d and 2e in words

PHARMACOPUNCTURE = "pharmacopuncture"
PRODUCTS = ("herbal", "bee_venom", "other")  # what is injected: bee venom has risks of its own (Park 2015)
ANSWERS = ("given", "refused", "withdrawn")  # to being asked for consent
