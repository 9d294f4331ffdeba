#!/usr/bin/env bash
# The one place that says in which environment the project's programs run.
#
#   scripts/env.sh COMMAND…       runs the command in it
#   eval "$(scripts/env.sh)"      puts a shell into it
#
# It sets:
#
#   PATH                node_modules/.bin (cdktf) and .tools/bin in front
#   STRATA_PYTHON       the Python that has the pinned packages
#   STRATA_PROVIDERS    where Terraform gets its providers: mirror, registry, or
#                       user (the user's own Terraform configuration decides)
#   TF_CLI_CONFIG_FILE  the Terraform configuration that says so, unless it is user
#   CHECKPOINT_DISABLE  no look for newer versions; TF_IN_AUTOMATION: no hints
#
# It reads STRATA_PROVIDER_MIRROR: a folder with a Terraform filesystem mirror
# (it holds registry.terraform.io/hashicorp/aws), or the word registry to use
# none. Without it the usual places are looked at.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
config=$root/.tools/terraform.tfrc
host=registry.terraform.io

# has_mirror FOLDER: whether the AWS provider lies in a mirror there.
has_mirror() { [[ -d $1/$host/hashicorp/aws ]]; }

# find_mirror: prints the first folder among the usual places that is a mirror.
# First those that Terraform itself looks at, then what machines without a way
# to the registry have, two levels deep at most.
find_mirror() {
  local -a places=(
    "${HOME:-}/.terraform.d/plugins"
    "${HOME:-}/Library/Application Support/io.terraform/plugins"
    "${XDG_DATA_HOME:-${HOME:-}/.local/share}/terraform/plugins"
  )
  local folder
  while read -r -d : folder; do
    places+=("$folder/terraform/plugins")
  done <<<"${XDG_DATA_DIRS:-/usr/local/share:/usr/share}:"
  for folder in "${HOME:-}/.terraform.d" /opt /srv /usr/local /usr/local/share /usr/local/lib /usr/share /usr/lib; do
    places+=("$folder" "$folder"/*terraform* "$folder"/*tf* "$folder"/*terraform*/* "$folder"/*tf*/*)
  done
  for folder in "${places[@]}"; do
    if has_mirror "$folder"; then
      echo "$folder"
      return
    fi
  done
}

# configuration MIRROR: the Terraform CLI configuration; MIRROR may be empty.
configuration() {
  echo '# Written by scripts/env.sh.'
  echo 'disable_checkpoint = true'
  if [[ -z $1 ]]; then
    # One copy of each provider for all stacks, which have no lock file.
    echo "plugin_cache_dir = \"$root/.tools/providers\""
    echo 'plugin_cache_may_break_dependency_lock_file = true'
    return
  fi
  # What the mirror has comes from there, everything else from its registry.
  local provider list=''
  for provider in "$1/$host"/*/*/; do
    provider=${provider#"$1/"}
    list+="${list:+, }\"${provider%/}\""
  done
  cat <<EOF
provider_installation {
  filesystem_mirror {
    path    = "$1"
    include = [$list]
  }
  direct {
    exclude = [$list]
  }
}
EOF
}

use_own_configuration() {
  local mirror=$1 text
  mkdir -p "$root/.tools/providers"
  text=$(configuration "$mirror")
  if [[ ! -f $config || $(<"$config") != "$text" ]]; then
    # Whole or not at all: two verbs may run at once.
    printf '%s\n' "$text" >"$config.$$"
    mv "$config.$$" "$config"
  fi
  export TF_CLI_CONFIG_FILE=$config
  export STRATA_PROVIDERS=${mirror:+mirror}
  STRATA_PROVIDERS=${STRATA_PROVIDERS:-registry}
}

if [[ -n ${STRATA_PROVIDER_MIRROR:-} ]]; then
  if [[ $STRATA_PROVIDER_MIRROR == registry ]]; then
    use_own_configuration ''
  elif has_mirror "$STRATA_PROVIDER_MIRROR"; then
    use_own_configuration "$(cd "$STRATA_PROVIDER_MIRROR" && pwd)"
  else
    echo "STRATA_PROVIDER_MIRROR is $STRATA_PROVIDER_MIRROR, which holds no $host/hashicorp/aws" >&2
    exit 1
  fi
elif [[ -n ${TF_CLI_CONFIG_FILE:-} && $TF_CLI_CONFIG_FILE != "$config" && -f $TF_CLI_CONFIG_FILE ]]; then
  export STRATA_PROVIDERS=user
elif [[ -z ${TF_CLI_CONFIG_FILE:-} && -f ${HOME:-}/.terraformrc ]]; then
  export STRATA_PROVIDERS=user
else
  use_own_configuration "$(find_mirror)"
fi

export PATH="$root/node_modules/.bin:$root/.tools/bin:$PATH"
export STRATA_PYTHON=$root/.tools/venv/bin/python
export CHECKPOINT_DISABLE=1
export TF_IN_AUTOMATION=1

if (($#)); then
  exec "$@"
fi
for name in PATH STRATA_PYTHON STRATA_PROVIDERS TF_CLI_CONFIG_FILE CHECKPOINT_DISABLE TF_IN_AUTOMATION; do
  [[ -z ${!name:-} ]] || printf 'export %s=%q\n' "$name" "${!name}"
done
