# shellcheck shell=sh
# shellcheck disable=SC2217 # no process of the tree keeps an input
# One node. Arguments: depth width life(seconds) number-among-its-siblings. Says what it is, starts its children, sleeps.
if [ "$(($4 % 2))" -eq 0 ]; then
    echo "deaf $$"
else
    echo "node $$"
fi
i=0
if [ "$1" -gt 1 ]; then
    while [ "$i" -lt "$2" ]; do
        i=$((i + 1))
        $MOCK_TREE_LAUNCHER sh -c "$MOCK_TREE_NODE" node "$(($1 - 1))" "$2" "$3" "$i" &
    done
fi
[ "$(($4 % 2))" -eq 0 ] && trap '' TERM
exec sleep "$3" </dev/null >/dev/null 2>&1
