"""Stage spectra: the eigenvalues of each layer's weights."""
