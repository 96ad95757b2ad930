"""Read and write people's files: worlds, orders, rules, limits, answers, operators."""
