"""What the learner does.

The rooms below show what happened; this one is about the lessons: the committed notebooks, which
are executed and tell the truth, and the learner's own copies of them, which give nothing away.
"""
