"""The list of banned words: what it catches in every form, and what it leaves alone."""

import pytest

from tracker.evidence.words import BANNED, banned, sentences, tradition, why

CAUGHT = [
    ("Less pain due to acupuncture", "due to"),
    ("less pain DUE\n  TO needles", "DUE TO"),
    ("It was caused by the session", "caused"),
    ("Needling causes relief", "causes"),
    ("It may cause less pain", "may cause"),
    ("Better because of the needles", "because of"),
    ("Thanks to acupuncture you slept", "Thanks to"),
    ("Acupuncture leads to less pain", "leads to"),
    ("The sessions led to relief", "led to"),
    ("Acupuncture reduced your pain", "Acupuncture reduced"),
    ("The treatment has helped", "treatment has helped"),
    ("Acupuncture works", "works"),
    ("It worked for others", "worked"),
    ("It does not work", "does not work"),
    ("It doesn't work", "doesn't work"),
    ("Does acupuncture work?", "Does acupuncture work"),
    ("Acupuncture may work", "Acupuncture may work"),
    ("The treatment is working", "treatment is working"),
    ("a proven method", "proven"),
    ("clinically-proven", "proven"),
    ("This proves it", "proves"),
    ("proof that it helps", "proof that"),
    ("It cures pain", "cures"),
    ("You are cured", "cured"),
    ("a curative course", "curative"),
    ("Relief guaranteed", "guaranteed"),
    ("It is safe to wait.", "safe to wait"),
    ("You can safely wait", "can safely wait"),
    ("Nothing to worry about", "Nothing to worry"),
    ("You should book again", "You should"),
    ("We recommend six sessions", "We recommend"),
    ("We can diagnose you", "diagnose"),
    ("The app diagnosed migraine", "app diagnosed"),
    ("This predicts your pain", "predicts"),
    ("Predicted pain in May", "Predicted"),
    ("It does not hurt, but it predicts your pain", "predicts"),
    ("No readings yet. Predicted score: 4", "Predicted"),
    ("Your pain will get better", "Your pain will get better"),
    ("You will recover", "You will recover"),
    ("Menos dolor debido a la acupuntura", "debido a"),
    ("El tratamiento funciona", "funciona"),
    ("침 때문에 좋아졌습니다", "때문에"),
    ("可以治愈疼痛", "治愈"),
    ("我们建议六次治疗", "我们建议"),
    ("Duele menos por culpa de la lluvia", "por culpa de"),
    ("침 치료로 인해 통증이 줄었어요", "로 인해"),
    ("多亏针灸，疼痛减轻", "多亏"),
    ("Un milagro en cada sesión", "milagro"),
    ("침은 효과가 있어요", "효과가 있"),
    ("Puede esperar hasta mañana", "Puede esperar"),
    ("걱정하지 마세요", "걱정하지 마"),
    ("不用担心", "不用担心"),
    ("Le aconsejamos seis sesiones", "Le aconsejamos"),
    ("여섯 번을 권해요", "권해요"),
    ("Se sentirá mejor", "Se sentirá mejor"),
    ("곧 나아질 거예요", "나아질 거예요"),
    ("您会好起来", "会好起来"),
]
LEFT_ALONE = [
    "Pain also changes by itself; these numbers cannot show why.",
    "The tracker does not diagnose, predict for a person, or recommend treatment.",
    "It does not\n    diagnose.",
    "El dolor también cambia por sí solo; estos números no pueden mostrar por qué.",
    "통증은 저절로 달라지기도 해요. 이 숫자만으로는 이유를 알 수 없어요.",
    "每个链接的有效期为 7 天。",
    "No chart here predicts your pain.",
    "Because your phone was offline, 2 answers wait.",
    "Check-in due today. Due tomorrow.",
    "A work list for the clinic. Back to work: 12 May.",
    "On how many days did you not work?",
    "An obscure, secure, unproven and improved thing.",
    "Pain was lower after the visits; changed by 2 points.",
    "Pain reported after acupuncture was lower than after usual care.",
    "The doctor diagnosed migraine in 2019.",
    "NICE does not recommend acupuncture for osteoarthritis.",
    "Causality (WHO-UMC)",
    "Get medical help now. Do not wait for the clinic.",
]


@pytest.mark.parametrize(("text", "words"), CAUGHT)
def test_claims_are_caught_in_every_form(text, words):
    assert words in banned(text)


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_honest_words_are_left_alone(text):
    assert banned(text) == []


def test_matches_come_in_reading_order_with_their_reasons():
    text = "It is proven, works, and is due to needles."
    assert banned(text) == ["proven", "works", "due to"]
    assert any(line.startswith("'due to': says what brought a change about") for line in why(text))


def test_every_entry_of_the_list_is_exercised_and_has_a_reason():
    caught = {entry.pattern for entry in BANNED for text, _ in CAUGHT if why(text) and _hits(entry.pattern, text)}
    assert [e.pattern for e in BANNED if e.pattern not in caught] == []
    assert all(entry.why for entry in BANNED)


def _hits(pattern: str, text: str) -> bool:
    import re

    return re.search(pattern, text, re.IGNORECASE) is not None


@pytest.mark.parametrize(
    "text", ["It moves Qi", "yin and yang", "the bladder meridian", "five elements", "Shaoyang points"]
)
def test_traditional_terms_are_found(text):
    assert tradition(text)


def test_plain_words_are_not_tradition():
    assert tradition("Quick, unique, beginning, a chi-squared test") == []


def test_a_full_stop_in_a_number_ends_no_sentence():
    assert sentences("Pain was 10.26 points lower vs. usual care. It was 3.4 before.") == [
        "Pain was 10.26 points lower vs. usual care.",
        "It was 3.4 before.",
    ]
