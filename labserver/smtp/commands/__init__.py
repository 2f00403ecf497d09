"""What each SMTP command does: classes with `smtp_` methods, by which aiosmtpd finds them.

Each is a part of a session; `labserver.smtp.server` puts them together. The state table has been
asked before a method is called.
"""
