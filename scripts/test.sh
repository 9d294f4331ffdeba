#!/usr/bin/env bash
# Everything that is checked, the quick and likely failures first, and how long
# each part took. Called by `make test`, which has installed what this needs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

logs=.tools/logs
mkdir -p "$logs"

names=() verdicts=() seconds=() missing=()
passed=0 failed=0

note() { # NAME STATUS SECONDS
  names+=("$1") seconds+=("$3")
  if (($2 == 0)); then
    verdicts+=(passed) passed=$((passed + 1))
  else
    verdicts+=(FAILED) failed=$((failed + 1))
  fi
}

finish() {
  local i
  printf '\n%-10s %-8s %6s\n' phase verdict time
  for i in "${!names[@]}"; do
    printf '%-10s %-8s %5ds\n' "${names[i]}" "${verdicts[i]}" "${seconds[i]}"
  done
  for i in ${missing[@]+"${missing[@]}"}; do
    printf '%-10s %-8s\n' "$i" 'nothing there to check yet'
  done
  printf '%-10s %-8s %5ds\n' all '' "$SECONDS"
  echo "phases: $passed passed, $failed failed"
  exit $((failed > 0))
}

# phase NAME: runs `make NAME` and ends everything when it fails.
phase() {
  local started=$SECONDS status=0
  printf '\n== %s\n' "$1"
  make --no-print-directory "$1" || status=$?
  note "$1" "$status" $((SECONDS - started))
  ((status == 0)) || finish
}

# together NAME…: runs the verbs side by side, shows each one's output when it
# has ended, and ends everything when one of them failed.
together() {
  local name i status started=$SECONDS
  local -a pids=()
  for name; do
    (
      status=0
      begun=$SECONDS
      make --no-print-directory "$name" >"$logs/$name.log" 2>&1 || status=$?
      echo $((SECONDS - begun)) >"$logs/$name.seconds"
      exit "$status"
    ) &
    pids+=($!)
  done
  i=0
  for name; do
    status=0
    wait "${pids[i]}" || status=$?
    printf '\n== %s\n' "$name"
    cat "$logs/$name.log"
    note "$name" "$status" "$(cat "$logs/$name.seconds" 2>/dev/null || echo $((SECONDS - started)))"
    i=$((i + 1))
  done
  ((failed == 0)) || finish
}

phase lint
phase unit
# The end-to-end test mostly waits for the provider, so the three share the machine.
# A part that has not been written yet is said to be missing, and not counted.
parts=()
if [[ -d cdktf.out/stacks ]]; then parts+=(validate scan); else missing+=(validate scan); fi
if [[ -d e2e ]]; then parts+=(e2e); else missing+=(e2e); fi
together ${parts[@]+"${parts[@]}"}
finish
