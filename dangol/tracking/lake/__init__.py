"""The lake: a columnar copy of the events, and of what is asked of those who did them, beside the database."""
