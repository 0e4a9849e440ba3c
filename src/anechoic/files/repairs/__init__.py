"""What programs do to a table on its way into a file, undone; what was done is said in the file's evidence."""
