"""Mail Protocol Lab: SMTP, POP3 and IMAP by hand, and a true picture of where the mail is."""
