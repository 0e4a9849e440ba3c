import numpy as np

from anechoic.echoes.classifier.judge import shipped_judge
from anechoic.echoes.recall import STRENGTHS, inject, recall_on_injected
from anechoic.embed.embed import embed


def seen(demo, encoder, turn=lambda planted: planted):
    planted = turn(inject(demo[0]))
    vectors = embed([each.canonical for each in planted], encoder)
    recalls = recall_on_injected(*demo, planted, vectors, judge=shipped_judge(), near_lexical=0.9)
    return {each.strength: each for each in recalls}


def test_every_copy_is_found_and_most_of_the_rest(demo, encoder):
    found = seen(demo, encoder)
    assert list(found) == list(STRENGTHS)
    assert all(each.planted >= 25 for each in found.values())
    assert found["copy"].recall == 1
    assert found["typo"].recall > 0.8
    assert all(each.recall_low <= each.recall <= each.recall_high for each in found.values())


def test_rows_planted_beside_the_wrong_source_are_not_found(demo, encoder):
    def turn(planted):
        sources = np.roll([each.source for each in planted], 1)
        return [
            type(each)(str(source), each.strength, each.text) for each, source in zip(planted, sources, strict=True)
        ]

    assert sum(each.found for each in seen(demo, encoder, turn).values()) <= 4


def test_planting_is_the_same_every_time_and_needs_rows(demo):
    assert inject(demo[0]) == inject(demo[0])
    assert inject(demo[0].head(3)) == []
