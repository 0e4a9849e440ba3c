"""What other tools find on the same scenes, at the settings they ship with: pairs of rows they call duplicates.

SemHash and cleanlab get our vectors, so that the rules are compared and not the encoders. A tool that is not
installed is left out.
"""

from collections.abc import Callable, Iterator

import numpy as np

from training.scenes import Scene

Pairs = set[tuple[int, int]]


def semhash(scene: Scene) -> Pairs:
    """SemHash's self_deduplicate: cosine 0.9 to a row that is kept."""
    from semhash import SemHash

    records = [f"{at} {text}" for at, text in enumerate(scene.texts)]  # it drops exact copies before it looks
    found = SemHash.from_embeddings(scene.vectors, records, model=None).self_deduplicate()
    place = {record: at for at, record in enumerate(records)}
    return {
        (min(place[item.record], place[kept]), max(place[item.record], place[kept]))
        for item in found.filtered
        for kept, _ in item.duplicates
    }


def cleanlab(scene: Scene) -> Pairs:
    """Datalab's near_duplicate: nearer than 0.13 times the median distance to the nearest neighbour."""
    from cleanlab import Datalab

    lab = Datalab({"text": scene.texts}, verbosity=0)
    lab.find_issues(features=scene.vectors, issue_types={"near_duplicate": {}})
    found = lab.get_info("near_duplicate")["near_duplicate_sets"]
    return {(min(at, int(other)), max(at, int(other))) for at, others in enumerate(found) for other in others}


def minhash(scene: Scene) -> Pairs:
    """Datasketch's MinHashLSH over character triples, Jaccard 0.5: at 0.8 it finds next to nothing."""
    from datasketch import MinHash, MinHashLSH

    grams = [[text.lower()[at : at + 3].encode() for at in range(max(1, len(text) - 2))] for text in scene.texts]
    index, found = MinHashLSH(threshold=0.5, num_perm=128), set()
    for at, hashed in enumerate(MinHash.bulk(grams, num_perm=128)):
        found |= {(other, at) for other in index.query(hashed)}
        index.insert(at, hashed)
    return found


TOOLS: tuple[Callable[[Scene], Pairs], ...] = (semhash, cleanlab, minhash)


def peers(scene: Scene) -> Iterator[tuple[str, float, float, float]]:
    """Name, precision, recall and F1 of each tool that is installed, over all pairs of the scene."""
    gold = {(int(left), int(right)) for left, right in np.sort(scene.gold, axis=1)}
    for tool in TOOLS:
        try:
            found = tool(scene)
        except ImportError:
            continue
        hits, many, wanted = len(found & gold), max(1, len(found)), max(1, len(gold))
        yield tool.__name__, hits / many, hits / wanted, 2 * hits / (len(found) + len(gold))
