# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the launcher
#
# Part of the launcher: the server's shell, its port and its key.

is_port_taken() {
  if [ -r /proc/net/tcp ]; then
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v port=":$(printf '%04X' "$1")" \
      '$4 == "0A" && substr($2, length($2) - 4) == port { found = 1 } END { exit !found }'
  else
    netstat -an -p tcp 2>/dev/null | grep LISTEN | grep -q "[.:]$1 "
  fi
}

# A port below those that systems hand out by themselves. By chance, not by pid: servers that start at the same time, in
# containers with the same pids too, see each other's ports as free until they listen.
random_port() { echo $((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000)); }

# Given port 0, Karaf tells nobody which port it got: so a free one is chosen here. The default gives way too if it is
# taken; a port that was asked for does not.
choose_shell_port() {
  port=$(setting shell.port)
  if [ "$port" = 0 ] || { [ -z "$port" ] && is_port_taken "$DEFAULT_SHELL_PORT"; }; then
    port=$(random_port)
    while is_port_taken "$port"; do
      port=$(random_port)
    done
  fi
  SWITCHBOARD_SHELL_PORT=${port:-$DEFAULT_SHELL_PORT}
  export SWITCHBOARD_SHELL_PORT
  echo "$SWITCHBOARD_SHELL_PORT" >"$KARAF/shell.port"
}

# Whether Karaf knows a key again. It takes the two numbers of an ECDSA key for signed ones and loses the first byte of one
# that begins with nine bits set, so that it refuses the key for ever: that is one key in 256. In the base64 of a P-256 key the
# first number begins with the 54th character, the second with the 97th.
is_known_to_karaf() {
  read -r kind text _ <"$1" || return 1
  [ "$kind" = ecdsa-sha2-nistp256 ] || return 0
  case $(echo "$text" | cut -c 54-55,97-98) in
    P[+/]?? | ??/[4-9+/]) return 1 ;;
  esac
}

# A key pair of this instance's own, known to its server as the administrator "switchboard".
make_shell_key() {
  key=$KARAF/shell.key
  until [ -f "$key" ] && [ -f "$key.pub" ] && is_known_to_karaf "$key.pub"; do
    rm -f "$key" "$key.pub"
    if command -v ssh-keygen >/dev/null; then
      ssh-keygen -q -t ecdsa -b 256 -N '' -C switchboard -f "$key" </dev/null || die "ssh-keygen failed"
    else
      "$JAVA" "$PARTS/ShellKey.java" "$key" || die "cannot make $key: a JDK or ssh-keygen is needed"
    fi
  done
  entry="switchboard=$(cut -d ' ' -f 2 "$key.pub"),_g_:admingroup"
  if ! grep -Fqx -- "$entry" "$KARAF/etc/keys.properties"; then
    sed '/^switchboard[[:space:]]*=/d' "$KARAF/etc/keys.properties" >"$KARAF/keys.new"
    echo "$entry" >>"$KARAF/keys.new"
    mv "$KARAF/keys.new" "$KARAF/etc/keys.properties"
  fi
}

# Opens the shell, or runs one command in it with its exit status. Without a terminal, the commands come from stdin.
in_shell() {
  server_pid >/dev/null || { say "not running: $DATA has no server"; exit "$NOT_RUNNING"; }
  port=$(cat "$KARAF/shell.port") || die "$DATA has no shell"
  umask 077
  if [ $# -eq 0 ] && ! [ -t 0 ]; then
    set -- "$(cat)"
  fi
  command -v ssh >/dev/null || in_karaf_client "$port" "$@"
  interactive=$([ $# -ne 0 ] || echo true)
  set -- switchboard@127.0.0.1 "$@"
  [ "$interactive" = true ] || set -- -n "$@"
  set -- ssh -F /dev/null -p "$port" -i "$KARAF/shell.key" -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=10 \
    -o ServerAliveInterval=60 \
    -o StrictHostKeyChecking=accept-new -o HostKeyAlias=switchboard -o LogLevel=ERROR \
    -o "UserKnownHostsFile \"$KARAF/shell.known_hosts\"" "$@"
  # Whoever ends this process ends the command.
  [ "$interactive" = true ] || exec "$@"
  without_farewell "$@"
  result=$?
  [ "$result" -ne 255 ] || say "no connection to the shell on port $port; it opens a moment before the server is ready"
  exit "$result"
}

# Runs ssh with its exit status, and without what it says when Karaf, once the shell is left, hangs up first.
without_farewell() {
  exec 3>&1
  status=$({
    { "$@" 2>&1 >&3 3>&- 4>&-; echo $? >&4; } | grep -v '^Connection to 127\.0\.0\.1 closed by remote host' >&2
  } 4>&1)
  exec 3>&-
  return "$status"
}

# The same without OpenSSH, by a JVM. Without a terminal, Karaf's client takes commands from stdin only.
in_karaf_client() {
  port=$1
  shift
  locate_java
  HOME_DIR=$DISTRIBUTION
  [ -d "$HOME_DIR/system" ] || HOME_DIR=$KARAF/home
  classpath=$(find "$HOME_DIR/system/org/apache/karaf/org.apache.karaf.client" "$HOME_DIR/system/org/apache/sshd" \
    "$HOME_DIR/system/org/fusesource/jansi" "$HOME_DIR/system/org/jline" -name '*.jar' | tr '\n' ':')
  mkdir -p "$KARAF/client"
  printf 'sshHost = 127.0.0.1\nsshPort = %s\n' "$port" >"$KARAF/client/org.apache.karaf.shell.cfg"
  command="$*"
  set -- "$JAVA" -Dkaraf.home="$HOME_DIR" -Dkaraf.base="$KARAF" -Dkaraf.etc="$KARAF/client" \
    -Djava.io.tmpdir="$KARAF/data/tmp" -Djava.util.logging.config.file="$KARAF/etc/java.util.logging.properties" \
    -cp "$classpath" org.apache.karaf.client.Main -u switchboard -k "$KARAF/shell.key"
  [ -n "$command" ] || exec "$@"
  printf '%s\n' "$command" | "$@" -b
  exit $?
}
