"""Same words, other meaning: facts of two texts that clash (English)."""
