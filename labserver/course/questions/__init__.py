"""What is asked: predictions before a step, quizzes, and what was wrong again."""
