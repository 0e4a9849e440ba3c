"""Languages other than English: told, read in every encoding, and left alone by the rules."""

import pytest

from anechoic.files.read import read_drop
from anechoic.project import io
from anechoic.text.language import detect
from anechoic.text.repair import canonicalize, repair
from anechoic.validate.schema import ValidateParams
from anechoic.validate.validate import validate

PARAMS = io.read_params("validate", ValidateParams)
TEXTS = {
    "de": [
        "Die Lieferung kommt für unsere Baustelle viel zu spät.",
        "Leider übersteigt der Preis unser Budget für dieses Jahr.",
        "Wir haben versehentlich die falsche Größe bestellt.",
        "Das Donaudampfschifffahrtsgesellschaftsmuseum hat abgesagt.",
        "Bitte ignorieren Sie meine vorherige Bestellung, danke.",
        "Bestellung Nr. 4 wurde doppelt ausgelöst, die Straße stimmt auch nicht.",
    ],
    "fr": [
        "La livraison arrive beaucoup trop tard pour notre chantier.",
        "Le prix dépasse malheureusement notre budget cette année.",
        "Nous avons commandé la mauvaise taille par erreur.",
        "Personne n'a répondu à nos messages depuis des semaines.",
        "Veuillez ignorer ma commande précédente, s'il vous plaît.",
        "Ma sœur a déjà reçu cet œuf en céramique, où l'on va ?",
    ],
    "es": [
        "La entrega llega demasiado tarde para nuestra obra.",
        "El precio supera por desgracia nuestro presupuesto de este año.",
        "Pedimos la talla equivocada por error, lo siento mucho.",
        "Nadie respondió a nuestros mensajes durante semanas.",
        "Por favor ignore mi pedido anterior, muchas gracias.",
        "¿Por qué cuesta tanto el envío? Así no podemos pagarlo.",
    ],
    "nl": [
        "De levering komt veel te laat voor onze bouwplaats.",
        "De prijs gaat helaas boven ons budget van dit jaar uit.",
        "We hebben per ongeluk de verkeerde maat besteld.",
        "Niemand reageerde wekenlang op onze berichten, jammer.",
        "Negeer alstublieft mijn vorige bestelling, hartelijk dank.",
        "Geïnteresseerd waren wij wel, maar de coöperatie heeft al geleverd.",
    ],
}
SHORT = [
    *("zu teuer", "Preis zu hoch", "kein Bedarf", "Größe falsch", "zu spät!", "12 Stück zu viel", "Preis: 1.200 €"),
    *("trop cher", "plus besoin", "délai", "déjà acheté", "3 jours de retard", "prix 45 €"),
    *("muy caro", "demasiado tarde", "sí, error", "2 unidades de más", "precio 30 €"),
    *("niet nodig", "dubbel", "3 stuks te veel", "levertijd", "prijs 45 €", "te duur", "te laat"),
]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]


def csv_of(texts) -> str:
    return "".join(f'7,"{text}"\n' for text in texts)


def codes(labels, texts, home) -> list[set[str]]:
    params = PARAMS.model_copy(update={"home_languages": home})
    result = validate({"a.csv": csv_of(texts).encode()}, {}, labels, params)
    assert result.quarantine.is_empty(), result.quarantine["detail"].to_list()
    return [set(flags) for flags in result.rows["flags"]]


@pytest.mark.parametrize("language", TEXTS)
def test_a_language_is_told_by_one_sentence(language):
    assert detect(TEXTS[language], PARAMS.languages, ["en"]) == [language] * len(TEXTS[language])


@pytest.mark.parametrize("language", TEXTS)
def test_rules_leave_other_languages_alone(labels, language):
    assert codes(labels, TEXTS[language], ["en", language]) == [set()] * len(TEXTS[language])
    assert codes(labels, TEXTS[language], ["en"]) == [{"wrong_language"}] * len(TEXTS[language])


def test_short_texts_of_any_language_are_no_gibberish_no_number_and_no_order(labels):
    assert dict(zip(SHORT, codes(labels, SHORT, ["en"]), strict=True)) == {text: set() for text in SHORT}


def test_a_mixed_file_keeps_each_rows_language(labels):
    texts = [text for pair in zip(*TEXTS.values(), strict=True) for text in pair]
    result = validate({"a.csv": csv_of(texts).encode()}, {}, labels, PARAMS)
    assert result.rows["language"].to_list() == list(TEXTS) * 6
    assert result.report.flags == {"wrong_language": len(texts)}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("language", TEXTS)
def test_accents_come_through_in_every_encoding(language, encoding):
    drop = read_drop("a.csv", "raw", csv_of(TEXTS[language]).encode(encoding))
    assert [record.fields[1] for record in drop.records] == TEXTS[language]
    assert [repair(text) for text in TEXTS[language]] == TEXTS[language]
    assert [canonicalize(text) for text in TEXTS[language]] == TEXTS[language]


@pytest.mark.parametrize("language", ["de", "es", "nl"])
def test_accents_come_through_in_latin_1(language):
    drop = read_drop("a.csv", "raw", csv_of(TEXTS[language]).encode("latin-1"))
    assert [record.fields[1] for record in drop.records] == TEXTS[language]


@pytest.mark.parametrize("language", TEXTS)
def test_what_was_read_in_a_wrong_encoding_is_mended_and_flagged(labels, language):
    spoiled = [text.encode().decode("cp1252") for text in TEXTS[language]]
    accented = [text for text in TEXTS[language] if not text.isascii()]
    assert [repair(text) for text in spoiled] == TEXTS[language]
    flags = codes(labels, spoiled, ["en", language])
    assert [flag == {"mojibake"} for flag in flags] == [text in accented for text in TEXTS[language]]


def test_texts_too_short_to_tell_have_no_language_and_foreign_scripts_have_their_own():
    texts = ["ok", "12 34 56", "", "太贵了我们不需要了", "слишком дорого для нас"]
    assert detect(texts, PARAMS.languages, ["en"]) == [None, None, None, "other", "other"]


def test_one_language_asks_nothing_and_none_told_is_none():
    assert detect(["this is long enough to tell", "ok"], ["en"], ["en"]) == ["en", None]
    assert detect([], PARAMS.languages, ["en"]) == []


def test_a_text_has_its_language_whatever_stands_beside_it():
    texts = [text for each in TEXTS.values() for text in each]
    together = detect(texts, PARAMS.languages, ["en"])
    assert together == [detect([text], PARAMS.languages, ["en"])[0] for text in texts]
    assert together == detect(texts[::-1], PARAMS.languages, ["en"])[::-1]
