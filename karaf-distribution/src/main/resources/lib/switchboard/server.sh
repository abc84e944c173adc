# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the launcher
#
# Part of the launcher: the JVM, and the server in it.

# Sets JAVA and JAVA_MAJOR.
locate_java() {
  if [ -n "${JAVA_HOME:-}" ]; then
    JAVA=$JAVA_HOME/bin/java
  else
    JAVA=$(command -v java) || die "Java 17 or newer is needed: set JAVA_HOME, or put java on the PATH"
  fi
  JAVA_MAJOR=$("$JAVA" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
  [ -n "$JAVA_MAJOR" ] || die "$JAVA does not run"
  [ "$JAVA_MAJOR" -ge 17 ] || die "Java 17 or newer is needed, $JAVA is $JAVA_MAJOR"
}

# Becomes the server: the process keeps its id, so that signals reach it.
exec_server() {
  lib=$HOME_DIR/lib
  # What Karaf's own bin/karaf passes, save what lets bundles replace the JDK's XML parsers: that patches java.base, and then
  # the JVM does not use its archive of the JDK's classes, and takes half a second more to start.
  classpath=$(find "$lib/boot" "$lib/jdk9plus" -name '*.jar' ! -name 'org.apache.karaf.specs.activator-*' |
    LC_ALL=C sort | tr '\n' ':')
  set -- -classpath "${classpath%:}" org.apache.karaf.main.Main
  set -- --add-opens java.base/java.security=ALL-UNNAMED \
    --add-opens java.base/java.net=ALL-UNNAMED \
    --add-opens java.base/java.lang=ALL-UNNAMED \
    --add-opens java.base/java.util=ALL-UNNAMED \
    --add-opens java.naming/javax.naming.spi=ALL-UNNAMED \
    --add-opens java.rmi/sun.rmi.transport.tcp=ALL-UNNAMED \
    --add-exports=java.base/sun.net.www.protocol.file=ALL-UNNAMED \
    --add-exports=java.base/sun.net.www.protocol.ftp=ALL-UNNAMED \
    --add-exports=java.base/sun.net.www.protocol.http=ALL-UNNAMED \
    --add-exports=java.base/sun.net.www.protocol.https=ALL-UNNAMED \
    --add-exports=java.base/sun.net.www.protocol.jar=ALL-UNNAMED \
    --add-exports=java.base/sun.net.www.content.text=ALL-UNNAMED \
    --add-exports=jdk.xml.dom/org.w3c.dom.html=ALL-UNNAMED \
    --add-exports=jdk.naming.rmi/com.sun.jndi.url.rmi=ALL-UNNAMED \
    --add-exports=java.rmi/sun.rmi.registry=ALL-UNNAMED \
    --add-exports=java.security.sasl/com.sun.security.sasl=ALL-UNNAMED \
    --add-exports=java.naming/com.sun.jndi.ldap=ALL-UNNAMED \
    -Dkaraf.home="$HOME_DIR" \
    -Dkaraf.base="$KARAF" \
    -Dkaraf.data="$KARAF/data" \
    -Dkaraf.etc="$KARAF/etc" \
    -Dkaraf.log="$DATA/log" \
    -Dkaraf.bootstrap.log="$KARAF/boot.log" \
    -Dkaraf.instances="$KARAF/instances" \
    -Dkaraf.startLocalConsole=false \
    -Dkaraf.startRemoteShell=true \
    -Djava.io.tmpdir="$KARAF/data/tmp" \
    -Djava.util.logging.config.file="$KARAF/etc/java.util.logging.properties" \
    -Dswitchboard.data.dir="$DATA" \
    -Dswitchboard.etc="${ETC:-$HOME_DIR/etc}" \
    -Dswitchboard.umask="$MASK" \
    "$@"
  [ "$JAVA_MAJOR" -lt 24 ] || set -- --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow "$@"
  # shellcheck disable=SC2086 # options are words
  exec "$JAVA" ${SWITCHBOARD_JAVA_OPTS:-$DEFAULT_JAVA_OPTS} "$@"
}
