"""The review loop: questions out, answers back."""
