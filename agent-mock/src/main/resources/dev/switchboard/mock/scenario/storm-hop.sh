# shellcheck shell=sh
# Lives for a moment, and goes on as another process in another session. Arguments: hops pause(seconds).
if [ "$3" = first ]; then
    echo "hopper $$"
    exec </dev/null >/dev/null 2>&1
fi
sleep "$2"
[ "$1" -gt 1 ] && $MOCK_TREE_LAUNCHER sh -c "$MOCK_STORM_HOP" hop "$(($1 - 1))" "$2" &
