"""The words of the pictures: a file a language."""
