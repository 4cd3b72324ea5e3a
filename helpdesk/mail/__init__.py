"""Mail: every message arrives exactly once, is understood, and can be traced."""
