#!/usr/bin/env bash
# Where the CPU time of a forwarded packet goes, as a flame graph:
#   perf/flame-graph.sh java|openssl|ipsec OUT.svg [viewers [rounds]]
# The path of perf/path-cost.sh without the C program, recorded by the JDK's flight recorder. Needs root and is measured
# best on a quiet machine.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { printf 'flame-graph: %s\n' "$*" >&2; exit 2; }

case "${1:-}" in java | openssl | ipsec) ;; *) fail "say java, openssl or ipsec, and a file: flame-graph.sh ipsec path.svg" ;; esac
[ -n "${2:-}" ] || fail "say which file to write: flame-graph.sh $1 path.svg"
recording=$(mktemp --suffix=.jfr)
trap 'rm -f "$recording"' EXIT
MILLRACE_PATH_CRYPTO=$1 MILLRACE_JAVA_OPTS="-XX:StartFlightRecording:jdk.CPUTimeSample#enabled=true,jdk.CPUTimeSample#throttle=1ms,filename=$recording" \
  perf/path-cost.sh "${3:-500}" "${4:-60}"
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -cp "perf/target/classes:$(<perf/target/cp)" dev.millrace.perf.FlameGraph \
  "$recording" media-0 "$2" "A forwarded packet, ${3:-500} viewers, $1"
