"""The shop's mailboxes: kept, asked for, tested."""
