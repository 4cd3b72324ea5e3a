"""Users, roles, sign-in, sessions, API tokens, rate limits."""
