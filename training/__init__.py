"""What makes the artefacts that the package ships; nothing of it is needed to use the package."""
