"""A sequence classifier: loaded, made ready for short texts, calibrated, used."""
