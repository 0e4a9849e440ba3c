"""Words that contradict each other, and words that say nothing of the matter (English)."""

OPPOSITES = [  # words of one meaning / words of the contrary meaning
    tuple(frozenset(side.split()) for side in axis.split("/"))
    for axis in (
        "cheap / expensive,cheaper / dearer costlier pricier,more additional extra / less fewer,higher / lower,"
        "high / low,early / late,earlier sooner / later,before until till / after,large big / small,"
        "bigger larger / smaller,fast quick / slow,faster quicker / slower,increase / decrease,"
        "increased raised / decreased lowered,raise / lower,from / to,up / down,in / out,first / last,"
        "buy buys buying bought / sell sells selling sold,accepted approved / rejected,"
        "accept approve / reject,open / closed shut,old / new,older / newer,long / short,longer / shorter,"
        "above over / below under,won / lost,"
        "minimum / maximum,morning / evening,many / few,much / little"
    ).split(",")
]
LITTLE = frozenset("from up in open old first much many before above".split())
FAMILIES = [  # of one kind but never the same thing; a slash between spellings of one
    {word: names.split("/")[0] for names in family.split() for word in names.split("/")}
    for family in (
        "january/jan february/feb march april june july august/aug september/sept/sep october/oct november/nov "
        "december/dec",
        "monday tuesday/tues/tue wednesday thursday/thurs/thu friday/fri saturday sunday",
        "spring summer autumn winter",
        "yesterday today tomorrow",
        "north south east west",
        "red blue green yellow black white grey/gray orange purple pink brown beige turquoise",
        "gold/golden silver bronze platinum copper brass steel iron aluminium/aluminum",
        "wooden/wood leather cotton plastic glass wool/woollen linen silk ceramic rubber marble granite",
        "oak pine walnut birch beech bamboo",
        "wife husband son daughter brother sister mother/mom/mum/mummy father/dad/daddy "
        "grandmother/grandma/granny/nan grandfather/grandpa/grandad aunt uncle niece nephew cousin",
        "amazon ebay walmart ikea etsy costco argos",
        "dhl ups fedex usps dpd hermes",
    )
]
PLAIN = frozenset(
    (
        "a an the this that these those my our your his her its their i we you he she it they me us him them "
        "and or but so is are was were be been has have had do does did will would can could may of in on at "
        "by for with as to from please just also very really order ordered cancel cancelled"
    ).split()
)
SKIPPED = PLAIN | frozenset("able any anything ever yet even longer more such too being get got there not".split())
DETERMINERS = frozenset("a an the this that these those my our your his her their its any no some".split())
AFTER_NOUN = PLAIN | frozenset("today tomorrow yesterday now again not because if when while which who".split())
