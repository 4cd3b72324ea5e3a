"""Whether the desk keeps its promises of speed: ``python -m tests.benchmarks.goals``."""
