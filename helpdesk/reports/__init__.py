"""Reports: how many came in and were solved, how long people waited, what about, by whom."""
