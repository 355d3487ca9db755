#!/bin/sh
# Prints a Job for each node: of those that are named, else of all that can be scheduled on.
#
#   deploy/render.sh [NODE…] | kubectl create -f -
#
# WAKERBENCH_IMAGE names the image, WAKERBENCH_CPUS how many whole cores each gets (2).
set -eu

template=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd)/job.yaml
image=${WAKERBENCH_IMAGE:-wakerbench:0.1.0}
cpus=${WAKERBENCH_CPUS:-2}

fail() {
  echo "error: $1" >&2
  exit 2
}

# Into the text of a manifest goes nothing that could be more than a value.
matches() {
  printf '%s' "$1" | LC_ALL=C grep -Eqx "$2" && [ "$(printf '%s' "$1" | wc -l)" -eq 0 ]
}

matches "$image" '[A-Za-z0-9][A-Za-z0-9._/:@-]*' || fail "WAKERBENCH_IMAGE names no image: $image"
matches "$cpus" '[1-9][0-9]*' || fail "WAKERBENCH_CPUS is a whole number of cores: a part of one is shared with others"

if [ $# -eq 0 ]; then
  nodes=$(kubectl get nodes --field-selector spec.unschedulable=false \
    -o 'jsonpath={range .items[*]}{.metadata.name}{"\n"}{end}') || fail "kubectl could not list the nodes: name them"
  # shellcheck disable=SC2086 # Names of nodes have no blanks.
  set -- $nodes
  [ $# -gt 0 ] || fail "the cluster has no node that can be scheduled on"
fi

for node in "$@"; do
  matches "$node" '[a-z0-9]([a-z0-9.-]*[a-z0-9])?' || fail "this is no name of a node: $node"
done

for node in "$@"; do
  echo "---"
  sed -e '/^ *#/d' -e "s|\"NODE\"|\"$node\"|" -e "s|image: wakerbench:.*|image: $image|" \
    -e "s|cpu: \"2\"|cpu: \"$cpus\"|" "$template"
done
