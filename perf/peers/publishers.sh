#!/usr/bin/env bash
# What a publisher by RTMP costs a server while nobody watches: perf/peers/publishers.sh --help
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
cache=${PEERS_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/millrace-peers}
port=19350

say() { printf 'publishers: %s\n' "$*" >&2; }
help() {
  cat <<EOF
perf/peers/publishers.sh: what a publisher by RTMP costs a server while nobody watches, Millrace beside MediaMTX.

  --publishers N   each of 1 Mb/s, 720p30 H.264 and AAC, pushed by FFmpeg (default: 100)
  --hold SECONDS   measured, after as long to settle (default: 30)
  --rounds N       in which the servers take turns (default: 3)
  --peers A,B      millrace, mediamtx (default: both)

The server has the first processor to itself, the FFmpegs the last one. It counts the server's processor time (utime and
stime of /proc/PID/stat) and its resident memory. FFMPEG names another ffmpeg than the one of the path.
Exit codes: 0 measured; 2 wrong options; 3 something is missing; 4 a publisher ended early.
EOF
}
publishers=100 hold=30 rounds=3 peers=millrace,mediamtx
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) help; exit 0 ;;
    --publishers | --hold | --rounds | --peers) [ $# -ge 2 ] || { say "$1 wants a value"; exit 2; }; declare "${1#--}=$2"; shift 2 ;;
    *) say "$1 is not known"; exit 2 ;;
  esac
done
for number in "$publishers" "$hold" "$rounds"; do
  [[ $number =~ ^[1-9][0-9]*$ ]] || { say "$number is no number"; exit 2; }
done
for name in ${peers//,/ }; do
  [[ $name =~ ^(millrace|mediamtx)$ ]] || { say "there is no server \"$name\" here"; exit 2; }
done

# The one on the path, or the one that the product's own transcoder unpacked.
ffmpeg=${FFMPEG:-$(command -v ffmpeg || find "${HOME:-/root}/.javacpp/cache" -type f -name ffmpeg -perm -u+x 2>/dev/null | head -1)}
[ -x "$ffmpeg" ] || { say "there is no ffmpeg: FFMPEG=/path/to/ffmpeg"; exit 3; }
mapfile -t cpus < <(taskset -pc $$ | sed 's/.*: //' | tr ',' '\n' | while IFS=- read -r a b; do seq "$a" "${b:-$a}"; done)
server_cpu=${cpus[0]} load_cpu=${cpus[-1]}
[ "$server_cpu" != "$load_cpu" ] || { say "server and load would share processor $server_cpu: two are needed"; exit 3; }

folder=$(mktemp -d)
pids=()
cleanup() {
  trap - EXIT INT TERM
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait
  rm -rf "$folder"
}
trap cleanup EXIT
trap 'cleanup; exit 130' INT TERM

mkdir -p "$cache"
clip=$cache/publishers-1M.flv
if [ ! -s "$clip" ]; then
  "$ffmpeg" -v error -y -f lavfi -i testsrc2=size=1280x720:rate=30 -f lavfi -i sine=frequency=440:sample_rate=48000 -t 20 \
    -c:v libx264 -preset veryfast -bf 0 -g 60 -b:v 900k -maxrate 900k -bufsize 900k -pix_fmt yuv420p \
    -c:a aac -b:a 96k -ac 2 -f flv "$folder/clip.flv"
  mv "$folder/clip.flv" "$clip"
fi

if [[ ,$peers, == *,millrace,* ]]; then "$root/millrace" --help >/dev/null; fi
if [[ ,$peers, == *,mediamtx,* ]]; then # as run.sh gets it
  here=$here folder=$folder . "$here/servers/mediamtx.sh"
  cannot() { say "mediamtx: $*"; return 1; }
  get >/dev/null || exit 3
fi
command_of() {
  case $1 in
    millrace) echo "$root/millrace" --http.port 0 --media.port 0 --rtmp.port $port --limits.joins 0 \
      --data.dir "$folder/data" --log.level warn ;;
    mediamtx)
      printf 'logLevel: warn\nrtsp: false\nhls: false\nwebrtc: false\nsrt: false\nmoq: false\nrtmpAddress: 127.0.0.1:%s\npaths:\n  all_others:\n' $port \
        >"$folder/mediamtx.yml"
      echo "$binary" "$folder/mediamtx.yml" ;;
  esac
}
ticks() { awk '{sub(/.*\) /, ""); print $12 + $13}' "/proc/$1/stat"; }
hertz=$(getconf CLK_TCK)

measure() { # NAME ROUND
  local server i began ended rss early=0
  # shellcheck disable=SC2046
  taskset -c "$server_cpu" $(command_of "$1") >"$folder/$1.log" 2>&1 &
  server=$!
  pids=("$server")
  for ((i = 0; i < 300; i++)); do (: <>/dev/tcp/127.0.0.1/$port) 2>/dev/null && break; sleep 0.1; done
  for ((i = 0; i < publishers; i++)); do
    taskset -c "$load_cpu" "$ffmpeg" -v error -nostdin -re -stream_loop -1 -i "$clip" -c copy -f flv \
      "rtmp://127.0.0.1:$port/live/p$i" >>"$folder/ffmpeg.log" 2>&1 &
    pids+=($!)
    sleep 0.05
  done
  sleep "$hold"
  began=$(ticks "$server")
  sleep "$hold"
  ended=$(ticks "$server")
  rss=$(awk '/^VmRSS/{print $2}' "/proc/$server/status")
  for pid in "${pids[@]:1}"; do kill -0 "$pid" 2>/dev/null || early=$((early + 1)); done
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait "${pids[@]}" 2>/dev/null || true
  pids=()
  awk -v n="$1" -v r="$2" -v t=$((ended - began)) -v h="$hertz" -v s="$hold" -v p="$publishers" -v m="$rss" -v e="$early" 'BEGIN {
    printf "%-9s round %d: %6.3f of a processor, %5.2f ms of it a stream and second, %4.0f MiB resident, %d ended early\n",
      n, r, t / h / s, 1000 * t / h / s / p, m / 1024, e }'
  [ "$early" = 0 ] || { tail -3 "$folder/ffmpeg.log" >&2; exit 4; }
}

say "load before: $(cut -d' ' -f1-3 /proc/loadavg)"
for ((round = 1; round <= rounds; round++)); do
  for name in ${peers//,/ }; do measure "$name" "$round"; done
done
