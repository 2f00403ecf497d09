"""The notebooks as files: the committed ones, and the learner's copies of them."""
