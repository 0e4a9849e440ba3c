"""Personal data in a text: found, and masked before anything is compared, embedded or trained on."""

import re
from collections.abc import Callable, Iterator

EMAIL = re.compile(r"[\w.+'-]*[\w+]\s?(?:@|[(\[]\s?at\s?[)\]])\s?[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}", re.IGNORECASE)
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z\d]{4}){2,7}(?:[ -]?[A-Z\d]{1,4})?\b")
CARD = re.compile(r"(?<![\w.-])(?:\d[ .-]?){12,18}\d(?![\w-])")
SOCIAL = re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")
PHONE = re.compile(r"(?<![\w.,/:-])(?:\+|00)?[ ]?\(?\d[\d ().\-–/]{4,20}\d(?![\w%€$£]|[.,:-]\d)")
DATE = re.compile(
    r"(?<!\d)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"
    r"|(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d)(?!\d)"
)
CALL = re.compile(
    r"\b(?:call|ring|phone|telephone|tel|mobile|mob|cell|fax|whats ?app|text|sms|reach|dial|contact|"
    r"(?:my|our|phone|home|work|office) number)\b"
    r"[^.!?]{0,30}$",
    re.IGNORECASE,
)
GROUPED = re.compile(r"\(\d{2,5}\)|\d{3}[ .-]\d{3}[ .-]\d{4}|^0\d{1,4}[ /-]|^555[ .-]\d{4}$")
NUMBERED = (
    r"(?:purchase order|p\.?o\.?|orders?|invoice|ref(?:erence)?|ticket|booking|reservation|confirmation|tracking|"
    r"rma|purchase|case|account|acct|customer|quote|contract|shipment|delivery)"
)
MARK = r"(?:\s*\b(?:no|nr|num|number|id|code|ref)\b\.?)?(?:\s+(?:is|was))?\s*[:#=]?\s*"
PREFIX = r"(?:PO|SO|WO|SR|ORD|ORDER|INV|RMA|REF|CASE|TKT|TICKET|REQ|CUST|ACC|ACCT|BK|CNF)"
NUMBER = r"(?P<number>#?[A-Z]{0,5}[-/]?\d[\dA-Z]*(?:[-/.][\dA-Z]+)*)"
COUNTED = r"(?!\s*(?:units?|pieces?|pcs|items?|of|kg|x\b|boxes|euros?|dollars?|eur|usd|%|€))"
ORDER = re.compile(
    rf"\b{NUMBERED}\b(?P<mark>{MARK}){NUMBER}(?![\w]){COUNTED}"
    r"|(?<![\w&])(?P<hash>#[A-Z]{0,4}-?\d{5,}(?:-\d+)*)(?!\w)"
    rf"|\b(?P<coded>{PREFIX}[-/#]?\d{{2,}}(?:[-/]\d+)*)\b",
    re.IGNORECASE,
)
IBAN_ANNOUNCED = re.compile(r"iban|account|konto", re.IGNORECASE)

ANNOUNCEMENT = 25  # characters before an account number in which it may be called one
IBAN_LENGTHS = range(15, 35)  # Norway's to the longest that ISO 13616 allows
CARD_STARTS = frozenset("23456")  # industries of ISO/IEC 7812 that issue payment cards
PHONE_DIGITS = range(7, 16)  # local numbers of seven digits to the longest of ITU E.164
INTERNATIONAL_DIGITS = 8  # fewest with a country code
NATIONAL_DIGITS = 9  # fewest with an area code
ORDER_DIGITS = 5  # fewest of a number that stands behind a word such as `order`
MARKED_ORDER_DIGITS = 4  # fewest where a mark (`no.`, `#`) or a letter says that it is a name


Span = tuple[int, int]  # start and end in the text, end excluded


def spans_of(text: str) -> list[tuple[Span, str]]:
    """The personal data in a text: spans that do not overlap, each with its reason code; the surest kind wins."""
    taken: list[tuple[Span, str]] = []
    for code, find in KINDS.items():
        for start, end in find(text):
            if all(end <= other_start or other_end <= start for (other_start, other_end), _ in taken):
                taken.append(((start, end), code))
    return taken


def mask(text: str) -> tuple[str, list[str]]:
    """A text -> the same with personal data replaced by what it was (`[email]`), and the codes found.

    The codes stand in the order of KINDS. Idempotent: what only shows once its neighbour is masked is masked too.
    """
    if not any(map(str.isdigit, text)) and not any(sign in text for sign in "@)]"):
        return text, []  # nothing that a pattern could match: quicker than asking them all
    codes = set[str]()
    while spans := spans_of(text):  # ends: each turn takes digits or an @ away, and masks hold neither
        for (start, end), code in sorted(spans, reverse=True):
            text = f"{text[:start]}[{MASKS[code]}]{text[end:]}"
            codes.add(code)
    return text, [code for code in KINDS if code in codes]


def _emails(text: str) -> Iterator[Span]:
    yield from (match.span() for match in EMAIL.finditer(text))


def _ibans(text: str) -> Iterator[Span]:
    """Account numbers by country, length and check digits (ISO 13616), or because the text says that it is one."""
    for match in IBAN.finditer(text):
        number = re.sub(r"[ -]", "", match[0])
        before = text[max(0, match.start() - ANNOUNCEMENT) : match.start()]
        if len(number) in IBAN_LENGTHS and (_is_iban(number) or IBAN_ANNOUNCED.search(before)):
            yield match.span()


def _is_iban(number: str) -> bool:
    from stdnum import iban  # loaded when the first such number is met

    return iban.is_valid(number, check_country=False)


def _cards(text: str) -> Iterator[Span]:
    """Card numbers by their check digit (Luhn, ISO/IEC 7812)."""
    for match in CARD.finditer(text):
        number = "".join(str(int(char)) for char in match[0] if char.isdigit())  # digits of any script
        if number[0] in CARD_STARTS and _is_luhn(number):
            yield match.span()


def _is_luhn(number: str) -> bool:
    from stdnum import luhn

    return luhn.is_valid(number)


def _socials(text: str) -> Iterator[Span]:
    yield from (match.span() for match in SOCIAL.finditer(text))


def _phones(text: str) -> Iterator[Span]:
    """Seven to fifteen digits (ITU E.164) that are written or announced as a telephone number."""
    for match in PHONE.finditer(text):
        number = match[0].strip()
        digits = sum(map(str.isdigit, number))
        if digits not in PHONE_DIGITS or DATE.search(number):
            continue
        international = re.match(r"\+|00\d{1,3}[ -]", number) and digits >= INTERNATIONAL_DIGITS
        national = GROUPED.search(number) and (digits >= NATIONAL_DIGITS or number.startswith(("555", "(")))
        if international or national or CALL.search(text[: match.start()]):
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield start, start + len(number)


def _orders(text: str) -> Iterator[Span]:
    """Numbers that name one order: five digits or more behind such a word, or four and a mark or letter."""
    for match in ORDER.finditer(text):
        group = next(name for name in ("number", "hash", "coded") if match[name])
        number = match[group]
        marked = bool(match["mark"] and match["mark"].strip()) or not number.isdigit()
        fewest = MARKED_ORDER_DIGITS if marked else ORDER_DIGITS
        if sum(map(str.isdigit, number)) < fewest or DATE.fullmatch(number) or _is_amount(number):
            continue
        yield match.span(group)


def _is_amount(number: str) -> bool:
    """`1.200`, `14.50` or a number that ends its sentence."""
    return bool(re.fullmatch(r"\d{1,3}(?:\.\d{3})+|\d+\.\d{1,2}|\d+\.", number))


KINDS: dict[str, Callable[[str], Iterator[Span]]] = {
    "pii_email": _emails,
    "pii_iban": _ibans,
    "pii_card": _cards,
    "pii_social_number": _socials,
    "pii_order_number": _orders,
    "pii_phone": _phones,
}
MASKS = {code: code.removeprefix("pii_").replace("order_number", "order") for code in KINDS}
