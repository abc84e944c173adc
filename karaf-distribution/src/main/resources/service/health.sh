#!/bin/sh
#
# Asks a server whether it is ready, for containers, services and monitors that know nothing but exit statuses.
#
#   health.sh [--wait <seconds>] [<url>]
#
# url: http://localhost:8443 unless told otherwise, by SWITCHBOARD_HEALTH_URL too. Exit status: 0 ready, 1 not, 64 wrong usage.

set -u

usage() {
  echo "usage: health.sh [--wait <seconds>] [<url>]" >&2
  exit 64
}

# Only the status counts. A certificate of the server's own making is no reason to be taken for ill: nothing is sent to it.
is_ready() {
  if command -v curl >/dev/null; then
    curl -fsk -o /dev/null --max-time 5 "$1/health/ready"
  else
    wget -q -O /dev/null -T 5 --no-check-certificate "$1/health/ready"
  fi
}

seconds=0
if [ "${1:-}" = --wait ]; then
  seconds=${2:-}
  case $seconds in
    '' | *[!0-9]*) usage ;;
  esac
  shift 2
fi
[ $# -le 1 ] || usage
url=${1:-${SWITCHBOARD_HEALTH_URL:-http://localhost:8443}}
case $url in
  http://* | https://*) url=${url%/} ;;
  *) usage ;;
esac

command -v curl >/dev/null || command -v wget >/dev/null || { echo "curl or wget is needed" >&2; exit 1; }
until is_ready "$url"; do
  if [ "$seconds" -le 0 ]; then
    echo "not ready: $url" >&2
    exit 1
  fi
  seconds=$((seconds - 1))
  sleep 1
done
