"""Colours: seen on white and on near-black, told apart by colour-blind eyes, no red for worse."""

import colorsys
from itertools import combinations

import numpy as np
import pytest

from tests.charts import people
from tracker.charts import theme
from tracker.charts.course import progress

# Machado, Oliveira, Fernandes 2009, IEEE TVCG 15:1291, severity 1.0, on linear RGB.
BLINDNESS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}


def linear(color: str) -> np.ndarray:
    """Linear RGB of #rrggbb."""
    c = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(a: str, b: str) -> float:
    """WCAG 2.2 contrast ratio."""
    dark, light = sorted(float(linear(c) @ (0.2126, 0.7152, 0.0722)) for c in (a, b))
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* under D65 of linear RGB."""
    to_xyz = np.array(((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505)))
    f = np.cbrt(np.clip(to_xyz @ rgb, 0, 1) / (0.9505, 1, 1.089))
    return np.array((116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])))


@pytest.mark.parametrize("color", theme.SERIES)
@pytest.mark.parametrize("paper", theme.PAPER.values())
def test_every_mark_has_three_to_one_on_every_paper(color, paper):
    assert contrast(color, paper) >= 3


@pytest.mark.parametrize("mode", theme.INK)
def test_the_ink_has_seven_to_one(mode):
    assert contrast(theme.INK[mode], theme.PAPER[mode]) >= 7


@pytest.mark.parametrize("eye", BLINDNESS)
def test_the_colours_of_one_person_chart_stay_apart(eye):
    """Before, after and the scores; ΔE (1976) of 10 is plain to see side by side."""
    seen = [lab(np.clip(np.array(BLINDNESS[eye]) @ linear(c), 0, 1)) for c in (theme.BLUE, theme.ORANGE, theme.PURPLE)]
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) >= 10


def test_no_colour_is_red():
    hues = [colorsys.rgb_to_hsv(*(int(c[i : i + 2], 16) / 255 for i in (1, 3, 5))) for c in theme.SERIES]
    assert all(saturation < 0.1 or 15 < hue * 360 < 345 for hue, saturation, _ in hues)


def test_as_many_symbols_as_colours():
    assert len(theme.SYMBOLS) == len(theme.SERIES)


def test_labels_take_the_ink_of_the_page():
    layout = progress(people.anna()).layout
    assert all("color" not in note["font"] for note in layout["annotations"])


@pytest.mark.parametrize("text", ["<b>x</b>", 'a "q" & <script>', "left\u202eknee", "nul\x00"])
def test_foreign_text_becomes_plain(text):
    told = theme.safe(text)
    assert "<" not in told
    assert not theme.UNSAFE.search(told)
