"""The benchmarks: one file each, each ends in `BENCHMARK = Benchmark(...)` with the file's name."""
