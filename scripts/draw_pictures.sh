#!/usr/bin/env bash
# Draw the pictures of the README and the pages anew, each from a recorded run of its world.
#
#   usage: scripts/draw_pictures.sh <environment> [world ...]
#
# The recordings stay in runs/pictures, so that another moment can be tried by hand.
set -euo pipefail

bin=$(realpath "$1")/bin
shift
recordings=runs/pictures
images=docs/images

# world, order, answers, seconds at which the still is taken, options of the still
pictures() {
  cat <<'END'
two_arm_cell first_shift first_shift 19
hazard_cell hazard_cell hazard_cell 28 --camera guard
assembly_cell assembly_cell assembly_cell 12 --camera bench
dark_line dark_line dark_line 100 --camera station_2
END
}

wanted() { # wanted WORLD CHOSEN...: is it among the chosen ones, or none was chosen?
  local world=$1
  shift
  [ $# -eq 0 ] || [[ " $* " == *" $world "* ]]
}

mkdir -p "$recordings"
pictures | while read -r world order answers at options; do
  wanted "$world" "$@" || continue
  # An order that is not done to its end is worth a look all the same.
  "$bin/cobot-alloc" run --headless --world "$world" --orders "$order" --answers "$answers" \
    --record "$recordings/$world.rec" </dev/null || echo "$world: not all is done"
  # shellcheck disable=SC2086 # several options are several words
  "$bin/cobot-alloc" render "$recordings/$world.rec" --at "$at" --out "$images/$world.png" $options
done
