"""What the doctor found last, for admins; ``operations/`` has it look, here it is kept."""
