"""Mailbox names: how they are written, which a pattern shows, and what is told of them."""
