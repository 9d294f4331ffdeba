#!/usr/bin/env bash
# Runs `cdktf deploy` for the given stacks or patterns ('dev-*').
set -euo pipefail
options=()
# cdktf writes a provider lock file by asking the registry. Where the providers
# come from a mirror there may be none to ask.
[[ ${STRATA_PROVIDERS:-} != mirror ]] || options+=(--skip-provider-lock)
exec cdktf deploy "${options[@]}" "$@"
