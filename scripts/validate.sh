#!/usr/bin/env bash
# Runs `terraform validate` on every rendered stack, two at a time (JOBS), in
# copies under .tools/validate, so that nothing lands beside the committed files.
#
# Stacks whose required_providers are the same, letter by letter, share one
# `terraform init`. Nothing less will do: validate does not compare the
# versions that a stack asks for with those that were installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
rendered=cdktf.out/stacks
scratch=$PWD/.tools/validate

# share STACK: names the init that the stack's providers need.
share() {
  local wants
  wants=$(sed -n '/^ *"required_providers": {$/,/^    }/p' "$scratch/$1/cdk.tf.json")
  [[ -n $wants ]] && wants=$(cksum <<<"$wants") && echo "init-${wants%% *}" || echo "init-$1"
}

# init STACK: installs the stack's providers, unless another stack has.
init() {
  local shared said
  shared=$scratch/.$(share "$1")
  if [[ ! -f $shared/lock.hcl ]]; then
    mkdir -p "$shared"
    if ! said=$(cd "$scratch/$1" && TF_DATA_DIR=$shared/data terraform init -backend=false -input=false -no-color 2>&1); then
      printf 'INVALID  %s\n%s\n' "$1" "$said"
      return 1
    fi
    # A stack without any provider has no lock file.
    touch "$scratch/$1/.terraform.lock.hcl"
    mv "$scratch/$1/.terraform.lock.hcl" "$shared/lock.hcl"
  fi
  cp "$shared/lock.hcl" "$scratch/$1/.terraform.lock.hcl"
}

# check STACK: one line that says whether the stack is valid, and why if not.
check() {
  local shared said
  shared=$scratch/.$(share "$1")
  if said=$(cd "$scratch/$1" && TF_DATA_DIR=$shared/data terraform validate -no-color 2>&1); then
    printf 'valid    %s\n' "$1"
  else
    printf 'INVALID  %s\n%s\n' "$1" "$said"
    return 1
  fi
}

if [[ ${1:-} == --check ]]; then
  check "$2"
  exit
fi

rm -rf "$scratch"
ready=() failed=0
for folder in "$rendered"/*/; do
  stack=$(basename "$folder")
  if [[ ! -f $folder/cdk.tf.json ]]; then
    echo "there is nothing to validate in $folder: run make synth" >&2
    exit 1
  fi
  mkdir -p "$scratch/$stack"
  cp "$folder/cdk.tf.json" "$scratch/$stack/"
  [[ ! -d $folder/assets ]] || cp -R "$folder/assets" "$scratch/$stack/"
  if init "$stack"; then ready+=("$stack"); else failed=1; fi
done
((${#ready[@]} == 0)) ||
  printf '%s\0' "${ready[@]}" | xargs -0 -n 1 -P "${JOBS:-2}" "$0" --check || failed=1
if ((failed)); then
  echo 'not every stack is valid' >&2
  exit 1
fi
rm -rf "$scratch"
echo "${#ready[@]} stacks are valid"
