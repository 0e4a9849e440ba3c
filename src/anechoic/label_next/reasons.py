"""Why a row is worth a label, in words."""

from collections.abc import Mapping

FEW = 10  # labelled rows below which a class is called thin
SURE = 0.5  # lead of the likeliest class from which a guess is not called unsure
UNLIKE = 0.5  # cosine to the nearest labelled row below which its distance is told


def reason(stands_for: int, cosine: float | None, chances: Mapping[str, float], rows: Mapping[str, int]) -> str:
    """What speaks for a row, parts with `;`.

    stands_for: rows nearer to it than to any other chosen or labelled one; cosine: to the nearest labelled row,
    None where none is; chances and rows: the probability of each class by the probe, and its labelled rows.
    """
    parts = []
    likely = sorted(chances, key=lambda name: -chances[name])[:2]
    if len(likely) == 2:
        first, second = (f"{name} {100 * chances[name]:.0f} %" for name in likely)
        sure = chances[likely[0]] - chances[likely[1]] >= SURE
        parts.append(f"a plain model says {first}" if sure else f"a plain model is unsure: {first} or {second}")
    elif likely:
        parts.append("only one class is labelled so far")
    else:
        parts.append("typical: no row is labelled so far")
    if stands_for > 1:
        parts.append(f"stands for {stands_for} rows like it")
    if cosine is not None and cosine < UNLIKE:
        parts.append(f"unlike the labelled rows (nearest cosine {cosine:.2f})")
    if likely and rows[likely[0]] < FEW:
        parts.append(f"{likely[0]} has {rows[likely[0]]} labelled rows")
    return "; ".join(parts)
