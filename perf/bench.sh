#!/usr/bin/env bash
# Micro-benchmarks of the packet path, with what they allocate:
#   perf/bench.sh [NAME]              run those whose name matches, and compare with perf/baseline/packet-path.json
#   perf/bench.sh keep                run all, and keep them as the baseline of this machine
# MILLRACE_BENCH_OPTS are JMH's, such as "-p crypto=openssl,java" where ipsec-mb is not installed.
set -euo pipefail
cd "$(dirname "$0")/.."
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
baseline=perf/baseline/packet-path.json
what=${1:-}
mvn -q -B -ntp -pl perf -am -DskipTests package dependency:build-classpath -Dmdep.outputFile=target/cp
classpath="perf/target/classes:$(<perf/target/cp)"
name=$what
[ "$what" = keep ] && name=""
# Without ipsec-mb its rows are left out.
crypto=(-p crypto=openssl,java)
ldconfig -p 2>/dev/null | grep -q 'libIPSec_MB\.so\.1' && crypto=(-p crypto=ipsec,openssl,java)
# shellcheck disable=SC2086 # several options may be given
"$java" --enable-native-access=ALL-UNNAMED -cp "$classpath" org.openjdk.jmh.Main "dev.millrace.perf.micro.*$name" \
  -prof gc -rf json -rff perf/target/bench.json -foe true "${crypto[@]}" ${MILLRACE_BENCH_OPTS:-}
if [ "$what" != keep ] && [ ! -f "$baseline" ]; then
  printf 'bench: nothing to compare with yet; perf/bench.sh keep keeps a baseline of this machine\n' >&2
elif [ "$what" = keep ]; then
  mkdir -p perf/baseline
  "$java" -cp "$classpath" dev.millrace.perf.micro.Baseline keep perf/target/bench.json "$baseline"
else
  "$java" -cp "$classpath" dev.millrace.perf.micro.Baseline compare perf/target/bench.json "$baseline"
fi
