#!/usr/bin/env bash
# Runs `terraform validate` on every rendered stack, two at a time, in copies
# under .tools/validate, so that nothing lands beside the committed files.
#
# Starting the provider takes nearly all of the time, so the stacks share one
# `terraform init`. A stack that asks for other providers than the first does
# not validate against that one: it gets an init of its own, and its verdict
# comes from there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
rendered=cdktf.out/stacks
scratch=.tools/validate
export rendered scratch

init() { terraform init -backend=false -input=false -no-color; }
validate() { terraform validate -no-color; }

# check STACK: one line that says whether the stack is valid, and why if not.
check() {
  local stack=$1 shared started=$SECONDS said
  shared=$(cd "$scratch" && pwd)/.shared
  cp -R "$rendered/$stack" "$scratch/$stack"
  rm -rf "${scratch:?}/$stack/.terraform" "$scratch/$stack/.terraform.lock.hcl"
  cd "$scratch/$stack"
  if [[ -f $shared/lock.hcl ]]; then
    cp "$shared/lock.hcl" .terraform.lock.hcl
    if TF_DATA_DIR=$shared/data validate >/dev/null 2>&1; then
      printf 'valid    %-28s %3ds\n' "$stack" $((SECONDS - started))
      return
    fi
    rm .terraform.lock.hcl
  fi
  unset TF_DATA_DIR
  if said=$(init 2>&1) && said=$(validate 2>&1); then
    printf 'valid    %-28s %3ds\n' "$stack" $((SECONDS - started))
  else
    printf 'INVALID  %s\n%s\n' "$stack" "$said"
    return 1
  fi
}

if [[ ${1:-} == --check ]]; then
  check "$2"
  exit
fi

shopt -s nullglob
stacks=("$rendered"/*/)
if ((${#stacks[@]} == 0)); then
  echo "there is nothing to validate in $rendered: run make synth" >&2
  exit 1
fi
stacks=("${stacks[@]%/}")
stacks=("${stacks[@]##*/}")

rm -rf "$scratch"
mkdir -p "$scratch/.shared/first"
cp -R "$rendered/${stacks[0]}/." "$scratch/.shared/first"
rm -rf "$scratch/.shared/first/.terraform" "$scratch/.shared/first/.terraform.lock.hcl"
(
  shared=$PWD/$scratch/.shared
  cd "$shared/first"
  # Whether this fails is not decided here: each stack then tries by itself.
  if TF_DATA_DIR=$shared/data init >/dev/null 2>&1; then
    mv .terraform.lock.hcl "$shared/lock.hcl"
  fi
)

failed=0
printf '%s\0' "${stacks[@]}" | xargs -0 -n 1 -P "${JOBS:-2}" "$0" --check || failed=1
rm -rf "$scratch"
if ((failed)); then
  echo "not every stack is valid" >&2
  exit 1
fi
echo "${#stacks[@]} stacks are valid"
