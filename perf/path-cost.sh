#!/usr/bin/env bash
# CPU per forwarded packet, beside a C program that does the least there is to do: perf/path-cost.sh [viewers [rounds]]
# Needs root (a network namespace of its own with an ifb device, which takes packets and throws them away in its driver), a C
# compiler and OpenSSL's headers; ipsec-mb is measured too where it is installed. Nothing stays behind.
# With MILLRACE_PATH_CRYPTO=java, openssl or ipsec only ours with that cryptography is measured, without the C program.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { printf 'path-cost: %s\n' "$*" >&2; exit 1; }

if [ "${MILLRACE_PATH_COST_INSIDE:-}" = "" ]; then
  [ "$(id -u)" = 0 ] || fail "needs root, for a network namespace and an ifb device"
  if [ "${MILLRACE_PATH_CRYPTO:-}" = "" ]; then
    command -v cc >/dev/null || fail "needs a C compiler"
    mkdir -p perf/target
    cc -O3 -march=native -Wall -o perf/target/forward perf/src/main/native/forward.c -lcrypto -ldl ||
      fail "the C program does not compile (Debian: apt-get install libssl-dev)"
  fi
  MILLRACE_PATH_COST_INSIDE=1 exec unshare --net "$0" "$@"
fi

ip link set lo up
ip link add sink0 type ifb || fail "this kernel has no ifb device"
ip address add 10.9.0.1/16 dev sink0
ip link set sink0 up
program=perf/target/forward
[ "${MILLRACE_PATH_CRYPTO:-}" = "" ] || program=-
[ -f perf/target/cp ] || fail "first: mvn -q -pl perf -am -DskipTests package dependency:build-classpath -Dmdep.outputFile=target/cp"
printf 'load %s; %s; %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)" "$(uname -r)" "$(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2-)"
# shellcheck disable=SC2086 # several options may be given
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" --enable-native-access=ALL-UNNAMED -XX:+UseZGC ${MILLRACE_JAVA_OPTS:-} \
  -cp "perf/target/classes:$(<perf/target/cp)" dev.millrace.perf.PathCost "$program" 10.9 "${1:-500}" "${2:-15}" "${MILLRACE_PATH_CRYPTO:-}"
