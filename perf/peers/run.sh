#!/usr/bin/env bash
# Millrace and other servers under the same load, one after another, as one table: perf/peers/run.sh --help
# The server has one processor to itself, the load another; each has a network namespace of its own where that is possible.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
cache=${PEERS_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/millrace-peers}

say() { printf 'peers: %s\n' "$*" >&2; }
usage() { say "$*"; say "perf/peers/run.sh --help lists the options"; exit 2; }
known() { local file; for file in "$here"/servers/*.sh; do basename "$file" .sh; done; }

# --- Options ---
peers=millrace,mediamtx,livekit,janus
viewers=50 hold=15s ramp=10/s most=1500 net=own server_cpu='' load_cpu='' out='' json='' quick='' steps=ramp,steady,joins,half
load_options=()
help() {
  cat <<EOF
perf/peers/run.sh: Millrace and other servers under the same load, as one table.

  --peers A,B,…      which, in that order (default: $peers); there are:
                     $(known | paste -sd' ')
  --viewers V        of the steady run (default: $viewers)
  --hold TIME        how long they stay (default: $hold)
  --ramp RATE        how fast viewers come until the server is saturated (default: $ramp)
  --most V           how many come at most (default: $most)
  --steps A,B,…      of ramp, steady, joins, half (default: all)
  --quick            a rough table in a few minutes: shorter runs, a faster ramp, no half
  --one-by-one       viewers take each packet by itself, see docs/load.md
  --net own|host     namespaces of their own (default), or the machine's address
  --server-cpu N, --load-cpu N   which processors (default: the first and the last)
  --out DIR          results, logs (default: a new directory in $cache/results)
  --json FILE        the table as JSON (default: table.json in there)

What is downloaded and built goes to $cache (PEERS_CACHE).
Exit codes: 0 all were measured; 1 some were not, which is said; 2 wrong options; 3 nothing could be measured; 130 interrupted.
All of it: perf/peers/README.md
EOF
}
number() { [[ $2 =~ ^[0-9]+$ ]] || usage "$1 $2 is no number"; }
given=("$@")
while [ $# -gt 0 ]; do
  option=$1
  case $option in
    --help | -h) help; exit 0 ;;
    --quick) quick=1; shift; continue ;;
    --one-by-one) load_options+=(--one-by-one); shift; continue ;;
  esac
  [[ $option =~ ^--(peers|viewers|hold|ramp|most|steps|net|server-cpu|load-cpu|out|json)$ ]] || usage "$option is not known"
  [ $# -ge 2 ] || usage "$option wants a value"
  name=${option#--}
  printf -v "${name//-/_}" '%s' "$2"
  shift 2
done
if [ -n "$quick" ]; then
  [[ " ${given[*]} " == *" --hold "* ]] || hold=6s
  [[ " ${given[*]} " == *" --ramp "* ]] || ramp=20/s
  [[ " ${given[*]} " == *" --steps "* ]] || steps=ramp,steady,joins
fi
number --viewers "$viewers"; number --most "$most"
[ "$viewers" -gt 0 ] || usage "--viewers 0: nobody would watch"
[[ $net =~ ^(own|host)$ ]] || usage "--net $net is neither own nor host"
IFS=, read -ra names <<<"$peers"
for name in "${names[@]}"; do
  [[ $name =~ ^[a-z-]+$ ]] && [ -f "$here/servers/$name.sh" ] || usage "there is no server \"$name\": one of $(known | paste -sd' ')"
done
for step in ${steps//,/ }; do
  [[ $step =~ ^(joins|steady|ramp|half)$ ]] || usage "--steps $step: there are ramp, steady, joins and half"
done

# --- What it needs ---
for tool in taskset ip unshare nsenter; do
  command -v $tool >/dev/null || { say "$tool is missing (Debian: apt-get install util-linux iproute2)"; exit 3; }
done
mapfile -t cpus < <(taskset -pc $$ | sed 's/.*: //' | tr ',' '\n' | while IFS=- read -r a b; do seq "$a" "${b:-$a}"; done)
server_cpu=${server_cpu:-${cpus[0]}} load_cpu=${load_cpu:-${cpus[-1]}}
number --server-cpu "$server_cpu"; number --load-cpu "$load_cpu"
[ "$server_cpu" != "$load_cpu" ] || { say "server and load would share processor $server_cpu: two are needed"; exit 3; }
for cpu in $server_cpu $load_cpu; do
  taskset -c "$cpu" true 2>/dev/null || usage "there is no processor $cpu to use here"
done

# Each of servers/*.sh has: get, which makes the server runnable and prints its version, or says why it cannot; and start, which
# sets these.
#   server  the command          ready  the TCP port that answers once it is up
#   target  options of the load  front  what speaks WHIP and WHEP for it, on port 7080 (FrontMain's words); none for most
cannot() { printf '%s\n' "$*" >"$folder/why"; return 1; }
load_one() {
  server=() front=() target=() ready='' environment=()
  # shellcheck source=/dev/null
  . "$here/servers/$1.sh"
}

# --- First half, with the network: get and build everything ---
if [ -z "${PEERS_INSIDE:-}" ]; then
  began=$(date +%s)
  out=${out:-$cache/results/$(date -u +%Y%m%d-%H%M%S)}
  mkdir -p "$cache" "$out" 2>/dev/null || usage "cannot write $out"
  out=$(cd "$out" && pwd -P)
  json=${json:-$out/table.json}
  [ -d "$(dirname "$json")" ] || usage "--json $json: there is no directory for it"
  "$root/millrace" load --help >"$out/build.log" 2>&1 || { say "the load harness does not build: $out/build.log"; exit 3; }
  for name in "${names[@]}"; do
    folder=$out/$name
    rm -rf "${folder:?}"
    mkdir -p "$folder"
    say "$name: getting it"
    (load_one "$name" && get) >"$folder/version" 2>"$folder/get.log" || {
      [ -s "$folder/why" ] || printf 'it cannot be had: see %s\n' "$folder/get.log" >"$folder/why"
      say "$name: $(<"$folder/why")"
    }
  done
  export PEERS_INSIDE=1 PEERS_BEGAN=$began
  inside=("$0" "${given[@]}" --out "$out" --json "$json")
  if [ "$net" = own ]; then
    how=(unshare --net)
    [ "$(id -u)" = 0 ] || how=(unshare --user --map-root-user --net)
    if "${how[@]}" true 2>/dev/null; then exec "${how[@]}" "${inside[@]}"; fi
    say "no network namespace is to be had here: both use the machine's own address (--net host)"
  fi
  exec "${inside[@]}" --net host
fi

# --- Second half: measure ---
pids=()
cleanup() {
  local pid
  trap - EXIT INT TERM
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do end "$pid"; done
}
end() {
  local i
  for ((i = 0; i < 50; i++)); do
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}
trap cleanup EXIT
trap 'say "interrupted; what was measured so far is in $out"; cleanup; exit 130' INT TERM

inside=()
if [ "$net" = own ]; then
  ip link set lo up
  unshare --net sleep infinity &
  pids+=($!)
  holder=$!
  address=10.79.0.2
  for ((i = 0; i < 50; i++)); do
    [ "$(readlink "/proc/$holder/ns/net")" != "$(readlink /proc/self/ns/net)" ] && break
    sleep 0.1
  done
  ip link add load0 type veth peer name server0
  ip link set server0 netns "$holder"
  ip address add 10.79.0.1/24 dev load0
  ip link set load0 up
  inside=(nsenter --target "$holder" --net)
  "${inside[@]}" ip link set lo up
  "${inside[@]}" ip address add "$address/24" dev server0
  "${inside[@]}" ip link set server0 up
else
  address=$(hostname -I 2>/dev/null | awk '{print $1}')
  [ -n "$address" ] || { say "this machine has no address but loopback, which servers do not offer: --net own"; exit 3; }
fi

answers() { "${@:3}" bash -c ": <>/dev/tcp/$1/$2" 2>/dev/null; }
fail() { printf '%s\n' "$*" >"$folder/why"; say "$name: $*"; return 1; }

# run STEP OPTION…: one load against the server; its JSON is STEP.json.
run() {
  local code=0 step=$1
  shift
  local left=$folder/$step.part
  taskset -c "$load_cpu" "$root/millrace" load --pid "$pid" --quiet "${load_options[@]}" "${target[@]}" "$@" \
    --json "$left" >"$folder/$step.log" 2>&1 &
  pids+=($!)
  wait $! || code=$?
  unset 'pids[-1]'
  if [ $code -ne 0 ]; then
    fail "the $step run failed ($code): $(grep -h '^millrace load:' "$folder/$step.log" | head -1 | cut -c16-)"
    return 1
  fi
  mv "$left" "$folder/$step.json"
}
# The harness' other programs: the table, the fronts.
table() { MILLRACE_LOAD_MAIN=dev.millrace.perf.peers.PeersMain taskset -c "$load_cpu" "$root/millrace" load "$@"; }

measure() {
  sleep 1
  awk '/^VmRSS/{print $2 * 1024}' "/proc/$pid/status" >"$folder/idle-bytes"
  say "$name: warming up"
  run warm --viewers "$viewers" --ramp 25/s --hold 20s || return 1
  # First what makes a server warm that compiles as it runs; the ramp reaches few viewers' figures long after its beginning.
  if [[ ,$steps, == *,ramp,* ]]; then
    say "$name: until saturated"
    run ramp --viewers "$most" --until-saturated --ramp "$ramp" --delay-limit 1s --hold 5s || return 1
  fi
  if [[ ,$steps, == *,steady,* ]]; then
    say "$name: $viewers viewers"
    run steady --viewers "$viewers" --ramp 25/s --hold "$hold" || return 1
  fi
  if [[ ,$steps, == *,joins,* ]]; then
    say "$name: joins"
    run joins --audio-only --viewers 100 --ramp 25/s --hold 3s || return 1
  fi
  if [[ ,$steps, == *,half,* ]] && [ -f "$folder/ramp.json" ]; then
    local half
    half=$(table half "$folder")
    say "$name: half of it, $half viewers"
    run half --viewers "$half" --ramp 25/s --hold 10s || return 1
  fi
}

start_front() {
  answers 127.0.0.1 7080 env && { fail "port 7080, which its front needs, is taken"; return 1; }
  MILLRACE_LOAD_MAIN=dev.millrace.perf.peers.FrontMain taskset -c "$load_cpu" "$root/millrace" load "${front[@]}" \
    >"$folder/front.log" 2>&1 &
  pids+=($!)
  local front_pid=$! i
  for ((i = 0; i < 150; i++)); do
    answers 127.0.0.1 7080 env && return 0
    kill -0 $front_pid 2>/dev/null || break
    sleep 0.1
  done
  fail "its front does not start: $(tail -1 "$folder/front.log")"
}

one() {
  load_one "$name"
  start
  if answers "$address" "$ready" "${inside[@]}"; then fail "port $ready is taken"; return 1; fi
  "${inside[@]}" taskset -c "$server_cpu" env --chdir="$folder" "${environment[@]}" "${server[@]}" >"$folder/server.log" 2>&1 &
  pid=$!
  pids+=("$pid")
  local i
  for ((i = 0; i < 300; i++)); do
    answers "$address" "$ready" "${inside[@]}" && break
    kill -0 "$pid" 2>/dev/null || { fail "it did not start: $(tail -1 "$folder/server.log" | cut -c1-200)"; return 1; }
    sleep 0.1
  done
  [ "$i" -lt 300 ] || { fail "it did not listen on port $ready within 30 s"; return 1; }
  if [ ${#front[@]} -gt 0 ]; then start_front || return 1; fi
  measure
}

printf '%s; kernel %s; load average before %s; server on processor %s, load on %s; %s\n' \
  "$(date -u +%Y-%m-%dT%H:%MZ)" "$(uname -r)" "$(cut -d' ' -f1-3 /proc/loadavg)" "$server_cpu" "$load_cpu" \
  "$([ "$net" = own ] && echo 'a namespace each' || echo 'the host network')" >"$out/conditions"
fixed=${#pids[@]}
measured=0
for name in "${names[@]}"; do
  folder=$out/$name
  [ -s "$folder/why" ] && continue
  pid=''
  if one; then measured=$((measured + 1)); fi
  while [ ${#pids[@]} -gt "$fixed" ]; do
    kill "${pids[-1]}" 2>/dev/null || true
    end "${pids[-1]}"
    unset 'pids[-1]'
  done
done

printf '\n%s\n' "$(<"$out/conditions")"
table table "$json" "$out" "${names[@]}"
printf '  %d s; results and logs in %s, the table as JSON in %s\n' "$(($(date +%s) - PEERS_BEGAN))" "$out" "$json"
[ $measured -gt 0 ] || exit 3
[ $measured -eq ${#names[@]} ] || exit 1
