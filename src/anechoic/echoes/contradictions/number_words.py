"""English words and signs that state numbers, and the units they count."""

SUFFIX = {"k": 1e3, "m": 1e6, "mn": 1e6, "b": 1e9, "bn": 1e9}
SMALL = {
    word: float(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
TENS = {
    word: 10.0 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
SCALES = {"thousand": 1e3, "grand": 1e3, "k": 1e3, "million": 1e6, "billion": 1e9, "dozen": 12.0, "decade": 10.0}
RANKS = {
    word: float(value)
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth".split(), start=1
    )
}
PARTS = {"half": 2.0, "halve": 2.0, "quarter": 4.0} | {word: value for word, value in RANKS.items() if value > 2}
SIGNS = {"½": 0.5, "¼": 0.25, "¾": 0.75}
TWO = dict.fromkeys(("both", "twice", "double", "pair", "couple"), 2.0)
LOOSE = TWO | {"single": 1.0, "once": 1.0, "thrice": 3.0, "triple": 3.0}
UNITS = {  # what one of a unit holds of smaller ones
    "minute": (60,),
    "hour": (60,),
    "day": (24,),
    "week": (7,),
    "fortnight": (14, 2),
    "month": (4, 30),
    "year": (12, 52, 365),
    "dollar": (100,),
    "euro": (100,),
    "foot": (12,),
    "kg": (1000,),
    "km": (1000,),
    "metre": (100,),
    "meter": (100,),
}
SHORT = {"min": "minute", "hr": "hour", "wk": "week", "mth": "month", "yr": "year", "feet": "foot", "kilo": "kg"}
TIMES = frozenset("second minute hour day week fortnight month year".split())
SMALLER = {"hour": "minute", "day": "hour", "week": "day", "year": "month", "minute": "second", "foot": "inch"}
ONE = frozenset("a an one per each every half".split())
NO_NOUN = frozenset("of to and or in on at for by with from is are was were that which as but than the a".split())


HALVES = (["half"], ["quarter"], ["third"])
COUNTING = SMALL.keys() | TENS.keys()
DIGITS = frozenset("0123456789$€£")
