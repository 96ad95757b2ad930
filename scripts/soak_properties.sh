#!/usr/bin/env bash
# Property tests, each time with other examples, until one fails: soak_properties.sh VENV [SECONDS]
# Begins no further round after so many seconds; without them it goes on until Ctrl-C.
set -euo pipefail
venv=$1
seconds=${2:-}
trap 'exit 0' INT
export PROPERTY_EXAMPLES=random
round=0
while [ -z "$seconds" ] || [ "$SECONDS" -lt "$seconds" ]; do
  round=$((round + 1))
  echo "== properties, round $round"
  "$venv/bin/python" -m pytest -n 2 --dist loadgroup -q --timeout 900 -m hypothesis
done
