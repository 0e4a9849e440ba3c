"""Stage export: what the pipeline made, in the shapes that other tools open."""
