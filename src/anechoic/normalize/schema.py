"""The stage normalize has no knobs and no report; what became of answers is `Decided` in review/schema.py."""
