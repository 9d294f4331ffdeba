#!/usr/bin/env bash
# Checks that the named programs (go, node, python3, terraform) are on the PATH
# and new enough, and says in one line each what is missing.
#
#   scripts/prerequisites.sh go node
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# at_least FOUND WANTED: whether version FOUND is WANTED or later.
at_least() {
  local -a has least
  IFS=. read -r -a has <<<"$1"
  IFS=. read -r -a least <<<"$2"
  local i
  for i in "${!least[@]}"; do
    ((10#${has[i]:-0} > 10#${least[i]})) && return 0
    ((10#${has[i]:-0} < 10#${least[i]})) && return 1
  done
  return 0
}

# version PROGRAM: its version as plain numbers, or nothing.
version() {
  local said
  case $1 in
    # Asked for here, so that a Go that fetches the toolchain go.mod names counts.
    go) said=$(go env GOVERSION) ;;
    terraform) said=$(CHECKPOINT_DISABLE=1 terraform version) ;;
    *) said=$("$1" --version) ;;
  esac 2>/dev/null || return 0
  [[ $said =~ ([0-9]+(\.[0-9]+)+) ]] && echo "${BASH_REMATCH[1]}"
}

missing=0
need() {
  local program=$1 wanted=$2 url=$3 found
  if ! command -v "$program" >/dev/null; then
    echo "strata needs $program >= $wanted on the PATH: $url" >&2
    missing=1
    return
  fi
  found=$(version "$program") || true
  if ! at_least "${found:-0}" "$wanted"; then
    echo "strata needs $program >= $wanted on the PATH, and found ${found:-no working one} ($(command -v "$program")): $url" >&2
    missing=1
  fi
}

for program in "$@"; do
  case $program in
    go) need go "$(sed -n 's/^go //p' go.mod)" https://go.dev/dl/ ;;
    node) need node 20.0 https://nodejs.org/en/download ;;
    python3) need python3 3.10 https://www.python.org/downloads/ ;;
    terraform) need terraform 1.11 https://developer.hashicorp.com/terraform/install ;;
    *)
      echo "prerequisites.sh does not know $program" >&2
      exit 2
      ;;
  esac
done
exit "$missing"
