"""Stage validate: drops -> rows and quarantine, with the promises about the data."""
