"""Views: lists of tickets with a name, the desk's own and those that people save."""
