"""The shop that the desk belongs to: its name, colour and logo."""
