"""Exercises: begun in a lab of their own, judged by what happened there, with hints."""
