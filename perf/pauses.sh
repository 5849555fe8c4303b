#!/usr/bin/env bash
# Pauses of the server's JVM under load, by its own log: perf/pauses.sh VIEWERS [TIME] [options of ./millrace load]
# Half of what the machine carries is what is wanted: no pause over 1 ms in ten minutes. Nothing else should run.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
viewers=${1:?how many viewers}
time=${2:-10m}
shift $(($# > 1 ? 2 : 1))
work=$(mktemp -d)
log=$work/pauses.log
port=${PORT:-18480}
MILLRACE_JAVA_OPTS="${MILLRACE_JAVA_OPTS:-} -Xlog:gc+phases=info,safepoint=info:file=$log:uptime:filecount=0" \
  "$root/millrace" serve --http.port "$port" --media.port "$((port + 1))" --rtmp.port 0 --limits.joins 0 --data.dir "$work/data" \
  >"$work/server.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
until curl -fs -o /dev/null "http://127.0.0.1:$port/healthz"; do
  kill -0 "$server" 2>/dev/null || { cat "$work/server.log" >&2; exit 3; }
  sleep 1
done
"$root/millrace" load --url "http://127.0.0.1:$port" --pid "$server" --viewers "$viewers" --hold "$time" --quiet "$@"
# The collector's pauses, and all moments in which the JVM stopped its threads, with the time it took to stop them.
awk '
  / Pause .*ms$/ { ms = $NF; sub(/ms$/, "", ms); n++; sum += ms; if (ms > most) most = ms; if (ms > 1) over++ }
  /Safepoint "/ {
    line = $0; if (sub(/.*Total: */, "", line)) { sub(/ ns.*/, "", line); s++; t = line / 1e6
    if (t > longest) { longest = t; what = $0; sub(/.*Safepoint "/, "", what); sub(/".*/, "", what) } if (t > 1) long1++ }
  }
  END {
    printf "  collector    %d pauses, %.3f ms on average, longest %.3f ms, %d over 1 ms\n", n, n ? sum / n : 0, most, over
    printf "  safepoints   %d, longest %.3f ms (%s), %d over 1 ms\n", s, longest, what, long1
  }' "$log"
