# shellcheck shell=sh
# Forks in a loop: each child in a session of its own, without a parent, deaf to signals. Arguments: forks pause(seconds) life(seconds).
# $MOCK_TREE_LAUNCHER starts a command in a session of its own.
echo "forker $$"
exec </dev/null >/dev/null 2>&1
trap '' TERM INT HUP
i=0
while [ "$i" -lt "$1" ]; do
    i=$((i + 1))
    ($MOCK_TREE_LAUNCHER sleep "$3" &)
    sleep "$2"
done
