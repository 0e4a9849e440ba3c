"""The stages of dvc.yaml, one thin script each: read, call, write."""

from anechoic.project.stage import run as run  # first: it decides whether the hub may be asked
