"""Tickets, messages, notes, attachments, categories, tags; who may see and do what."""
