"""What somebody shows besides a password: codes of an app, passkeys, codes on paper, a device."""
