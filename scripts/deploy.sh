#!/usr/bin/env bash
# Runs `cdktf deploy` for one stack after the other, or for a pattern ('dev-*').
#
#   scripts/deploy.sh 'STACK…' [cdktf deploy options]
set -euo pipefail
read -ra stacks <<<"$1"
shift
for stack in "${stacks[@]}"; do
  args=("$stack")
  # cdktf refuses to deploy a stack without those below it unless it is told to.
  # With a pattern it would then run all side by side, in no order.
  [[ $stack == *[*?]* ]] || args+=(--ignore-missing-stack-dependencies)
  # cdktf writes a provider lock file by asking the registry. Where the providers
  # come from a mirror there may be none to ask.
  [[ ${STRATA_PROVIDERS:-} != mirror ]] || args+=(--skip-provider-lock)
  cdktf deploy "${args[@]}" "$@"
done
