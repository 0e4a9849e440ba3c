"""Stage embed: canonical texts -> unit vectors, cached by text."""
