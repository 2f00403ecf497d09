"""What a learner has done: the file that keeps it, and the table that shows it."""
