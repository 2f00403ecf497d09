"""What SMTP, POP3 and IMAP share: state tables, the session contract, limits. No I/O."""
