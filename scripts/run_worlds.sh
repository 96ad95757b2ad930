#!/bin/sh
# Run worlds to the end of their orders: run_worlds.sh VENV WORLD...
# Each has an order of its own name, the two-armed one the first shift. Ends with 1 if any of
# them leaves a task unfinished or a question open.
set -u
venv=$1
shift
failed=
for world in "$@"; do
  orders=$world
  if [ "$world" = two_arm_cell ]; then orders=first_shift; fi
  echo "== $world"
  if ! "$venv/bin/cobot-alloc" run --world "$world" --orders "$orders" --headless \
    --time-limit 1200; then
    failed="$failed $world"
  fi
done
if [ -n "$failed" ]; then
  echo "not finished:$failed" >&2
  exit 1
fi
