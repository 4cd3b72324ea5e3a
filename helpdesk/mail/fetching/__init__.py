"""Fetching by IMAP: a round, and the threads that do rounds while the desk is there."""
