# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the launcher
#
# Part of the launcher: bringing an instance into the state that a server needs to start.

# Whether a file of etc is Karaf's own. Those are copied when the server starts. All others stay where they are:
# configurations, which are watched while the server runs, and whatever else is kept there, secrets and keys among it.
is_karaf_file() {
  case $1 in
    org.apache.*.cfg | org.ops4j.*.cfg | jmx.acl.*.cfg | profile.cfg) return 0 ;;
    *.properties | *.policy | *.xml | *.info | *.script | host.key | host.key.pub) return 0 ;;
    *) return 1 ;;
  esac
}

# Names and checksums of all that Karaf boots from, and the JDK: two of them never share a cache.
stamp() {
  echo "java $JAVA_MAJOR"
  echo "features $(more_features)"
  (
    cd "$DISTRIBUTION" && find system -type f ! -path 'system/dev/*' | LC_ALL=C sort
    find system/dev lib VERSION -type f | LC_ALL=C sort | checksums
    cd etc && karaf_files | checksums
  )
  [ -z "$ETC" ] || (cd "$ETC" && karaf_files | checksums)
}

# The features that are asked for beside those that are switched on, separated by blanks.
more_features() {
  printf '%s' "${SWITCHBOARD_FEATURES:-}" | tr -s ', \n' ' ' | sed 's/^ *//; s/ *$//'
}

# Has Karaf start them with the others. Karaf would wait for ever for one that does not exist.
add_features() {
  for name in $(more_features); do
    case $name in
      *[!A-Za-z0-9._-]*) refuse "SWITCHBOARD_FEATURES names \"$name\"; expected names of features, separated by commas" ;;
    esac
    find "$HOME_DIR/system" -name '*features.xml' -exec grep -qs "<feature name=\"$name\"" {} + \
      || refuse "SWITCHBOARD_FEATURES names \"$name\", and the distribution has no such feature"
    boot=$new/org.apache.karaf.features.cfg
    sed "s/^featuresBoot *= *\\\\*$/&\\
    $name, \\\\/" "$boot" >"$boot.new" || die "cannot write $boot.new"
    ! cmp -s "$boot" "$boot.new" || refuse "SWITCHBOARD_FEATURES: org.apache.karaf.features.cfg has no line \"featuresBoot = \\\""
    mv "$boot.new" "$boot" || die "cannot write $boot"
  done
}

# The names of Karaf's own files in the working directory and below.
karaf_files() {
  find . -type f | LC_ALL=C sort | while read -r path; do
    ! is_karaf_file "${path##*/}" || echo "$path"
  done
}

# The checksums of the files whose names come in, a line each; few processes, for this is done at each start.
checksums() {
  tr '\n' '\0' | xargs -0 cksum
}

# Makes <data.dir>/karaf/etc anew: the distribution's, what SWITCHBOARD_ETC has in its place, and the instance's keys.
make_etc() {
  new=$KARAF/etc.new
  rm -rf "$new"
  cp -R "$HOME_DIR/etc" "$new" || return 1
  for path in "$new"/*; do
    [ -d "$path" ] || is_karaf_file "${path##*/}" || rm -f "$path"
  done
  for name in host.key host.key.pub keys.properties users.properties; do
    ! [ -f "$KARAF/etc/$name" ] || cp -p "$KARAF/etc/$name" "$new/$name"
  done
  if [ -n "$ETC" ]; then
    for path in "$ETC"/*; do
      ! [ -f "$path" ] || ! is_karaf_file "${path##*/}" || cp "$path" "$new/${path##*/}"
    done
  fi
  chmod -R u+w "$new"
  add_features
  cat >"$new/org.apache.felix.fileinstall-switchboard.cfg" <<'EOF'
# What in the user's configuration directory is not Karaf's own; changes take effect while the server runs.
felix.fileinstall.dir = ${switchboard.etc}
felix.fileinstall.filter = (?!org\\.apache\\.|org\\.ops4j\\.|jmx\\.acl\\.|profile\\.cfg).*\\.(cfg|config|json)
felix.fileinstall.tmpdir = ${karaf.data}/generated-bundles
felix.fileinstall.poll = 1000
felix.fileinstall.noInitialDelay = true
felix.fileinstall.log.level = 3
EOF
  cat >"$new/org.apache.felix.fileinstall-instance.cfg" <<'EOF'
# Bundles and features of this instance alone; the distribution's deploy/ is for all instances that run from it.
felix.fileinstall.dir = ${switchboard.data.dir}/deploy
felix.fileinstall.tmpdir = ${karaf.data}/generated-bundles
felix.fileinstall.poll = 1000
felix.fileinstall.start.level = 80
felix.fileinstall.active.level = 80
felix.fileinstall.log.level = 3
EOF
  rm -rf "${KARAF:?}/etc"
  mv "$new" "$KARAF/etc"
}

# In a checkout the server runs from a copy, which a later build or clean does not pull from under it.
copy_distribution() {
  rm -rf "$KARAF/home.new"
  # What Maven assembles has no executable files; only its archives do.
  cp -R "$DISTRIBUTION" "$KARAF/home.new" && chmod u+x "$KARAF/home.new/agent-mock/bin/claude" \
    && rm -rf "${KARAF:?}/home" && mv "$KARAF/home.new" "$KARAF/home"
}

# Writes our pid, which java will have after exec; refuses if a server of this instance runs.
claim_instance() {
  attempts=0
  until (set -C; echo "$$" >"$KARAF/pid") 2>/dev/null; do
    owner=$(cat "$KARAF/pid" 2>/dev/null)
    if [ -n "$owner" ] && { is_server "$owner" || is_launcher "$owner"; }; then
      die "a server of $DATA is already running (pid $owner)"
    fi
    rm -f "$KARAF/pid"
    attempts=$((attempts + 1))
    [ "$attempts" -lt 10 ] || die "cannot write $KARAF/pid"
  done
}

# Brings data directory, Karaf's configuration and cache, and the shell's key into the state that the server needs.
prepare() {
  locate_java
  [ -z "$CHECKOUT" ] || { take_build_lock; build_if_outdated; }
  MASK=$(umask) # the agents', whose files are for whoever reads the project
  umask 077
  [ -d "$DISTRIBUTION/system" ] || die "$DISTRIBUTION is not a Switchboard distribution"
  ! [ -e "$CONFIGURATION" ] || [ -r "$CONFIGURATION" ] || refuse "$CONFIGURATION cannot be read by $(id -un)"
  make_directories "$KARAF" "$DATA/log" "$DATA/deploy"
  locate_instance
  claim_instance
  HOME_DIR=$DISTRIBUTION
  [ -z "$CHECKOUT" ] || HOME_DIR=$KARAF/home
  stamp >"$KARAF/stamp.new"
  if ! cmp -s "$KARAF/stamp" "$KARAF/stamp.new" || [ ! -d "$HOME_DIR/system" ] || [ ! -d "$KARAF/etc" ]; then
    rm -rf "$KARAF/stamp" "$KARAF/data"
    [ -z "$CHECKOUT" ] || copy_distribution || die "cannot copy the distribution to $KARAF"
    make_etc || die "cannot write $KARAF/etc"
    mv "$KARAF/stamp.new" "$KARAF/stamp"
  fi
  rm -f "$KARAF/stamp.new"
  [ -z "$CHECKOUT" ] || release_build_lock
  # The files in etc are the truth: a configuration whose file was deleted while the server was down must not live on.
  rm -rf "$KARAF/data/config" "$DATA/instance.json"
  mkdir -p "$KARAF/data/tmp"
  choose_shell_port
  make_shell_key
}
