"""Custom fields: what a shop wants to know of tickets and customers beyond what every desk asks."""
