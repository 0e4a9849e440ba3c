"""Whole groups onto sides of asked sizes, classes in even shares."""
