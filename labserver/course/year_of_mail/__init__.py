"""A year of Bob's mail, lived through in a lab, and drawn: lesson 06."""
