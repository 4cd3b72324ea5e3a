"""What a desk of the benchmarks is filled with: people, words, and how tickets go on."""
