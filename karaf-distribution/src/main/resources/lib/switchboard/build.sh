# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the launcher
#
# Part of the launcher: building the distribution in a checkout.

# Whether the distribution is missing or older than what it is made from. A directory changes when a file in it goes.
is_outdated() {
  archive=$(find "$CHECKOUT/karaf-distribution/target" -maxdepth 1 -name 'switchboard-*.tar.gz' 2>/dev/null | head -n 1)
  [ -n "$archive" ] && [ -d "$DISTRIBUTION/system" ] || return 0
  cd "$CHECKOUT" || return 1
  set -- pom.xml switchboard config
  for candidate in bundles/pom.xml bundles/*/pom.xml bundles/*/bnd.bnd bundles/*/src agent-mock/pom.xml agent-mock/src \
    features/pom.xml features/src karaf-distribution/pom.xml karaf-distribution/src; do
    [ -e "$candidate" ] && set -- "$@" "$candidate"
  done
  newer=$(find "$@" -newer "$archive" 2>/dev/null | head -n 1)
  [ -n "$newer" ]
}

# One launcher at a time builds or copies: the others wait for it. A lock whose owner is gone is taken over.
take_build_lock() {
  LOCK=$CHECKOUT/karaf-distribution/target/launcher.lock
  mkdir -p "$CHECKOUT/karaf-distribution/target" || die "cannot write in $CHECKOUT"
  deadline=$(($(seconds_now) + BUILD_SECONDS))
  while ! mkdir "$LOCK" 2>/dev/null; do
    owner=$(cat "$LOCK/pid" 2>/dev/null)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
      rm -rf "$LOCK"
    elif [ "$(seconds_now)" -gt "$deadline" ]; then
      die "another build holds $LOCK; remove it if there is none"
    else
      pause
    fi
  done
  trap 'rm -rf "$LOCK"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  echo "$$" >"$LOCK/pid"
}

release_build_lock() {
  rm -rf "$LOCK"
  trap - EXIT INT TERM HUP
}

build_if_outdated() {
  is_outdated || return 0
  command -v mvn >/dev/null || die "Maven (mvn) is needed to build the distribution, and is not on the PATH"
  say "building the distribution, which takes some minutes the first time; $LOCK/log shows how far it is"
  if ! (cd "$CHECKOUT" && mvn -B -ntp -Dmaven.test.skip=true -pl karaf-distribution -am package </dev/null >"$LOCK/log" 2>&1); then
    grep '^\[ERROR\]' "$LOCK/log" | head -n 20 >&2
    die "the build failed; \"mvn package\" shows more"
  fi
}
