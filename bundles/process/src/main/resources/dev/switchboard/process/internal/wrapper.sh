# shellcheck shell=sh
# shellcheck disable=SC2016,SC2034,SC2154 # programs are named above, scripts are expanded by the shells that get them
#
# Runs one agent in the foreground, feeds it the messages of in/, and writes down its pid and how it ended.
# For any POSIX shell. The lines above this one name the programs that are used here, and the agent's umask if that is known. Every name begins with sb_:
# assigning a variable that the environment has too would change it for the agent.

sb_run=${0%/*}
[ -n "$sb_mask" ] || sb_mask=$(umask)
umask 077
# ':' and not '': a trapped signal has its default again in the agent, an ignored one would stay ignored.
trap : HUP INT QUIT TERM USR1 USR2 ALRM

"$sb_mkfifo" "$sb_run/in/bell" "$sb_run/in/pipe" || exit 125

# The feeder. It holds the bell open for reading and writing, so that opening it never blocks and it never ends.
# The end of the input is looked for before the messages, so that none that came before it is overlooked.
(
    exec 3<>"$sb_run/in/bell"
    sb_next=1
    while [ -p "$sb_run/in/bell" ]; do # it is gone when the agent was released
        sb_eof=
        [ -f "$sb_run/in/eof" ] || [ -f "$sb_run/in/over" ] && sb_eof=1
        while :; do
            sb_file=$sb_run/in/$sb_next
            if [ -f "$sb_file.line" ]; then # short and plain: no program has to be started to read it
                sb_file=$sb_file.line
                IFS= read -r sb_line <"$sb_file" && printf '%s\n' "$sb_line" || exit 0
            elif [ -f "$sb_file" ]; then
                "$sb_cat" "$sb_file" || exit 0
            else
                break
            fi
            echo "$sb_next" >>"$sb_run/in/fed"
            "$sb_rm" -f "$sb_file"
            sb_next=$((sb_next + 1))
        done
        [ -n "$sb_eof" ] && exit 0
        read -r sb_ring <&3
    done
) >"$sb_run/in/pipe" 2>/dev/null &

# The agent: a shell that writes down its own pid and then becomes the program. In a PID namespace it has one pid inside and
# one outside. The one outside counts, and only the outside's /proc tells it, which is there as descriptor 4.
sb_agent='
    sb_pid=$$
    if [ -n "$4" ]; then
        read -r sb_pid sb_rest </proc/self/fd/4/self/stat && exec 4<&- || exit 125
    fi
    echo "$sb_pid" >"$1/pid.new" && "$2" "$1/pid.new" "$1/pid" || exit 125
    umask "$3"
    shift 4
    exec "$@"'

# The first process of a namespace: it reaps what nobody else does, and when it ends with the agent, the kernel kills the rest.
# It is no place for the agent itself, for the first process gets no signals but those that it has handlers for.
sb_first='
    trap : HUP INT QUIT TERM USR1 USR2 ALRM
    { "$@" 2>&3 3>&-; } 3>&2 2>/dev/null
    exit $?'

# What a shell itself has to say about a killed child is nobody's business, hence the outer 2>.
{
    if [ -n "$sb_namespace" ]; then
        # shellcheck disable=SC2086 # several words
        "$sb_unshare" $sb_namespace "$sb_sh" -c "$sb_first" first "$sb_sh" -c "$sb_agent" agent \
            "$sb_run" "$sb_mv" "$sb_mask" 1 "$@" <"$sb_run/in/pipe" 2>>"$sb_run/stderr" 4</proc
    else
        "$sb_sh" -c "$sb_agent" agent "$sb_run" "$sb_mv" "$sb_mask" '' "$@" <"$sb_run/in/pipe" 2>>"$sb_run/stderr"
    fi
} 2>/dev/null
sb_code=$?

# Ends the feeder: an end of input if it waits, a broken pipe if it writes. No signal, for its pid may be another's by now.
: >"$sb_run/in/over"
echo 1<>"$sb_run/in/bell"
echo "$sb_code" >"$sb_run/exit.new"
exec "$sb_mv" "$sb_run/exit.new" "$sb_run/exit"
