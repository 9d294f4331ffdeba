#!/usr/bin/env bash
# Plans one stack from its committed rendering: Terraform alone, no Go, no Node.
#
#   scripts/plan.sh STACK [terraform plan options]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
stack=$1
shift
rendered=$root/cdktf.out/stacks/$stack
if [[ ! -f $rendered/cdk.tf.json ]]; then
  echo "there is no stack $stack; there are: $(cd "$root/cdktf.out/stacks" && echo *)" >&2
  exit 1
fi
export TF_DATA_DIR=$root/.tools/plan/$stack
mkdir -p "$TF_DATA_DIR"
terraform -chdir="$rendered" init -input=false >"$TF_DATA_DIR/init.log" || {
  cat "$TF_DATA_DIR/init.log"
  exit 1
}
exec terraform -chdir="$rendered" plan -input=false "$@"
