"""How good split, leakage and audit are, beside scikit-learn's splitters; the figures of LOG.md.

ANECHOIC_DATA=folder python -m benchmarks.split [pooled skewed optimum exams stairs planted growth]
"""

import sys

from benchmarks.split_audit import planted
from benchmarks.split_balance import optimum_gap, pooled, skewed
from benchmarks.split_exams import accuracy_by_cosine, exams
from benchmarks.split_growth import growth

ALL = {
    "pooled": pooled,
    "skewed": skewed,
    "optimum": optimum_gap,
    "exams": exams,
    "stairs": accuracy_by_cosine,
    "planted": planted,
    "growth": growth,
}

if __name__ == "__main__":
    for chosen in sys.argv[1:] or ALL:
        ALL[chosen]()
