"""Two states of a project's rows -> what came, went, and changed label, group or side."""
