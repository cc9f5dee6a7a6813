"""The benchmark behind `make bench`: ours, the usual recipe and other vector stores in one run."""
