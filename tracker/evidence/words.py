"""Words: the one list of what no text of this house says, and why.

The tracker shows what people enter. It does not know what brought a change about, does not judge illness, does not look
ahead for one person and does not advise treatment; a text that says so is wrong, however friendly.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

CAUSE = "says what brought a change about; write after, reported, changed by"
PROOF = "claims more than any source shows; write what was found and against what"
CURE = "promises an end of illness"
WAIT = "never says that waiting is safe"
ADVICE = "advises treatment; the tracker shows, the clinician advises"
DIAGNOSIS = "judges illness; a flag describes arithmetic"
FUTURE = "looks ahead for one person"

TREATMENT = r"(?:acupuncture|treatments?|therapy|needles?|needling|sessions?|moxibustion|cupping)"
TOOL = r"(?:we|it|this|that|which|tracker|app|chart|score|flag|tool)"


@dataclass(frozen=True)
class Banned:
    """One pattern and why. `unless_denied`: allowed where the same clause says not, never, cannot, no."""

    pattern: str
    why: str
    unless_denied: bool = False


BANNED = (
    Banned(r"\bdue\s+to\b", CAUSE),
    Banned(r"\bcaus(?:es|ed|ing)\b|\b(?:is|are|was|were|be|may|might|can|could|will)\s+(?:the\s+)?cause\b", CAUSE),
    Banned(r"\bbecause\s+of\b|\bowing\s+to\b|\bthanks\s+to\b|\bas\s+a\s+result\s+of\b", CAUSE),
    Banned(r"\b(?:leads?|led|leading)\s+to\b|\bbrought\s+about\b", CAUSE),
    Banned(
        rf"\b{TREATMENT}\s+(?:has\s+|have\s+|had\s+)?(?:helps?|helped|heals?|healed|reduces?|reduced|improves?|improved"
        r"|relieves?|relieved|lowers?|lowered|eases?|eased|fixe[sd]|makes?|made)\b",
        CAUSE,
    ),
    Banned(r"\bwork(?:s|ed)\b", PROOF),
    Banned(rf"(?<!you\s)\b(?:does|did)(?:\s+not|n['’]t)?\s+(?:(?:{TREATMENT}|it)\s+)?work\b", PROOF),
    Banned(rf"\b(?:{TREATMENT}|it)\s+(?:may|might|can|could|will|should|must)\s+(?:not\s+)?work\b", PROOF),
    Banned(rf"\b(?:{TREATMENT}|it)\s+(?:is|are|was|were|has\s+been|have\s+been)\s+(?:not\s+)?working\b", PROOF),
    Banned(r"\bprov(?:e|es|ed|en|ing)\b|\bproof\s+(?:of|that)\b", PROOF),
    Banned(r"\bguarant(?:ee|ees|eed|eeing|y)\b|\bmiracles?\b|\b100\s?%\s+(?:safe|effective)\b", PROOF),
    Banned(r"\bcur(?:e|es|ed|ing|ative|able)\b|\bincurabl[ey]\b", CURE),
    Banned(r"\bsafe(?:ly)?\s+to\s+(?:wait|ignore|delay)\b|\b(?:can|may)\s+(?:safely\s+)?wait\b", WAIT),
    Banned(r"\bnothing\s+to\s+worry\b|\bno\s+need\s+to\s+(?:worry|call|see)\b", WAIT),
    Banned(r"\byou\s+(?:should|ought\s+to)\b", ADVICE),
    Banned(r"\b(?:we|i)\s+(?:strongly\s+)?(?:recommend|advise|suggest)\b|\brecommended\s+for\s+you\b", ADVICE),
    Banned(r"\bdiagnos(?:e|ing)\b", DIAGNOSIS, unless_denied=True),
    Banned(rf"\b{TOOL}\s+(?:(?:has|have|had)\s+)?diagnose[sd]\b", DIAGNOSIS, unless_denied=True),
    Banned(r"\bpredict(?:s|ed|ing|ion|ions|ive|or|ors)?\b|\bforecasts?\b", FUTURE, unless_denied=True),
    Banned(r"\byou(?:r\s+pain)?\s+will\s+(?:get|feel|be|become|stay)\s+(?:better|worse|well|pain.free)\b", FUTURE),
    Banned(r"\b(?:you|your\s+pain)\s+will\s+(?:improve|recover|heal|respond|return)\b", FUTURE),
    # The patients' other languages: Spanish, Korean, Simplified Chinese.
    Banned(r"\bdebido\s+a\b|\bcausad[oa]s?\b|\ba\s+causa\s+de\b|\bgracias\s+a\b|때문에|덕분에|由于|导致|引起", CAUSE),
    Banned(r"\bpor\s+culpa\s+de\b|\bcomo\s+resultado\s+de\b|\ba\s+raíz\s+de\b|로\s?인해|탓에|归功于|多亏|造成", CAUSE),
    Banned(
        r"\bfuncionan?\b|\b(?:com)?probad[oa]s?\b|\bdemostrad[oa]s?\b|\bgarantiza\w*|입증|증명|보장|证明|证实|保证",
        PROOF,
    ),
    Banned(r"\bmilagro(?:s|s[oa]s?)?\b|\bprometemos\b|기적|약속해요|효과가\s?있|효험|奇迹|承诺|疗效显著|见效", PROOF),
    Banned(r"\bcura(?:n|r|do|da|tiv[oa])?\b|완치|치유|治愈|根治", CURE),
    Banned(
        r"\bpuede\s+esperar\b|\bno\s+hay\s+que\s+preocuparse\b|기다려도|걱정하지\s?마|可以等|不用担心|不必担心", WAIT
    ),
    Banned(r"\b(?:usted\s+)?debería\b|\brecomendamos\b|권장합니다|추천합니다|我们建议|我们推荐", ADVICE),
    Banned(r"\ble\s+aconsejamos\b|\bse\s+recomienda\b|권해요|추천해요|권장해요|建议您", ADVICE),
    Banned(r"\bse\s+sentirá\s+mejor\b|\bmejorará\b|(?:나아질|좋아질|나을)\s?거예요|会好起来|会好转|会康复", FUTURE),
)
_COMPILED = tuple((re.compile(b.pattern, re.IGNORECASE), b) for b in BANNED)
_DENIED = re.compile(r"\b(?:not|never|cannot|no|nor|neither|without)\b|n['’]t\b", re.IGNORECASE)

# Practitioners' own vocabulary: may stand elsewhere, labelled as tradition, never beside a figure from a study.
TRADITION = re.compile(
    r"\b(?:qi|yin|yang|meridians?|five\s+(?:elements|phases)|shaoyang|shao\s?yang|zang.?fu|jing.?luo|vital\s+energy)\b",
    re.IGNORECASE,
)


def banned(text: str) -> list[str]:
    """What `text` says of the list, in the words it uses, in reading order; whole words, upper or lower case."""
    return [_plain(found) for found, _ in sorted(_matches(text), key=lambda pair: pair[0].start())]


def why(text: str) -> list[str]:
    """The same as `banned`, each with its reason."""
    return [f"{_plain(found)!r}: {entry.why}" for found, entry in _matches(text)]


def tradition(text: str) -> list[str]:
    """Terms of traditional theory in `text`."""
    return [m.group() for m in TRADITION.finditer(text)]


def sentences(text: str) -> list[str]:
    """The sentences of a text; a full stop inside a number or before a small letter ends none."""
    return [s for s in re.split(r"(?<=[.!?])\s+(?=[A-Z0-9\"'])", text.strip()) if s]


def _matches(text: str) -> Iterator[tuple[re.Match[str], Banned]]:
    for pattern, entry in _COMPILED:
        yield from ((found, entry) for found in pattern.finditer(text) if not _allowed(text, found, entry))


def _plain(found: re.Match[str]) -> str:
    return " ".join(found.group().split())


def _allowed(text: str, found: re.Match[str], entry: Banned) -> bool:
    """Whether the clause before the words denies them: "does not diagnose, predict for a person"."""
    if not entry.unless_denied:
        return False
    clause = re.split(r"[.!?;:<>]|\n\s*\n|\bbut\b", text[: found.start()])[-1]
    return bool(_DENIED.search(clause))
