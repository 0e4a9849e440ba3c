"""Raw files become rows: read, checked, tidied; what cannot be used is quarantined with its reason."""
