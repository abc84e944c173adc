# shellcheck shell=sh
# shellcheck disable=SC2016,SC2217 # expanded by the shell that gets it; no process of the tree keeps an input
# Starts the trees and one process that nobody is the parent of. Arguments: depth width life(seconds).
# $MOCK_TREE_LAUNCHER starts a command in a session of its own; $MOCK_TREE_NODE is the script of a node.
echo "root $$"
i=0
while [ "$i" -lt "$2" ]; do
    i=$((i + 1))
    $MOCK_TREE_LAUNCHER sh -c "$MOCK_TREE_NODE" node "$1" "$2" "$3" "$i" &
done
($MOCK_TREE_LAUNCHER sh -c 'echo "orphan $$"; exec sleep "$1" </dev/null >/dev/null 2>&1' orphan "$3" &)
# Stay as their parent, so that they can be found as descendants.
exec sleep "$3" </dev/null >/dev/null 2>&1
