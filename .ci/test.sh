#!/usr/bin/env bash
# The script behind `./millrace test`: installs what is missing where it may, builds everything, runs every test
# (real browsers too) and says at the end what failed and what could not run here. Arguments go to Maven.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
started=$SECONDS

say() { printf 'millrace test: %s\n' "$*"; }

# --- A JDK 25: JAVA_HOME first, then /usr/lib/jvm --------------------------------------------------------------
is_jdk25() { [ -x "$1/bin/javac" ] && "$1/bin/javac" -version 2>&1 | grep -Eq '^javac (2[5-9]|[3-9][0-9])'; }
find_jdk() {
  local home
  for home in "${JAVA_HOME:-/nonexistent}" /usr/lib/jvm/*25* /usr/lib/jvm/*; do
    if is_jdk25 "$home"; then echo "$home"; return 0; fi
  done
  return 1
}

# --- Packages of the system, where we may install --------------------------------------------------------------
apt_ready=
as_root=
if [ "$(id -u)" != 0 ]; then as_root=sudo; fi
may_install() {
  command -v apt-get >/dev/null || return 1
  [ -z "$as_root" ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}
# need COMMAND PACKAGE WHY: one sentence when it is not there and cannot be installed.
need() {
  command -v "$1" >/dev/null && return 0
  if ! may_install; then
    say "$1 is missing and I may not install it: run 'apt-get install -y $2' as root ($3)"
    return 1
  fi
  say "installing $2 ($3)"
  local log=$root/target/apt.log
  if [ -z "$apt_ready" ]; then $as_root apt-get update -q >>"$log" 2>&1 || true; apt_ready=1; fi
  # shellcheck disable=SC2086 # several package names may be given
  if ! DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -q --no-install-recommends $2 >>"$log" 2>&1; then
    say "apt-get install $2 failed; its last words: $(tail -n 1 "$log")"
    return 1
  fi
}

mkdir -p target
rm -f target/apt.log
need mvn maven "builds everything" || exit 1
if ! JAVA_HOME=$(find_jdk); then
  may_install && { need javac25 openjdk-25-jdk-headless "Millrace is written for Java 25" || true; }
  JAVA_HOME=$(find_jdk) || { say "no JDK 25 found: set JAVA_HOME or install one under /usr/lib/jvm"; exit 1; }
fi
export JAVA_HOME
need node nodejs "builds the web client, drives the browser" || exit 1
need npm npm "fetches what the web client is built with" || exit 1
need chromium chromium "the browser tests" || exit 1
need firefox-esr firefox-esr "the Firefox tests; they are skipped without it" || true
need varnishd varnish "the caches in front of the server; their tests are skipped without it" || true
need nginx nginx "plain HLS through nginx; skipped without it" || true
# Typelibs and plug-ins have no command either: the script itself says whether all of it is here (40 MB).
if ! /usr/bin/python3 e2e/src/test/gstreamer/whip.py check >/dev/null 2>&1; then
  need gstreamer-webrtc "python3-gi gir1.2-gst-plugins-bad-1.0 gstreamer1.0-nice gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad" \
    "GStreamer publishes by WHIP; skipped without it" || true
fi
# A library has no command to look for; without it the tests of native ciphers have OpenSSL's alone.
if ! ldconfig -p 2>/dev/null | grep -q 'libIPSec_MB\.so\.1 '; then
  need libipsec-mb libipsec-mb1 "the faster of two native ciphers; the other is tested without it" || true
fi
command -v go >/dev/null || say "no Go here: werift stands in for Pion"

# --- Build and test ------------------------------------------------------------------------------------------
log=$root/target/test.log
find . -path ./node_modules -prune -o -path '*/target/surefire-reports' -type d -print0 | xargs -0 -r rm -rf
say "mvn verify on $("$JAVA_HOME/bin/java" -version 2>&1 | head -n 1); all of its output is in target/test.log"
status=0
# A failed test or a line too long must not keep the modules behind it from telling what else is wrong: Maven goes on,
# the summary below counts the failures from the reports, and the formatter's check comes last. Modules that do not need
# each other are built at the same time (-T 2); e2e needs them all and has the machine to itself.
mvn -B -ntp -T 2 -fae -Dspotless.check.skip=true -Dmaven.test.failure.ignore=true verify "$@" 2>&1 \
  | tee "$log" | awk -f .ci/compact.awk || status=1
if grep -qE 'forked (VM|process) (terminated|was)|The forked VM|Crashed tests:' "$log"; then
  say "a test's JVM crashed: $(grep -A 1 'Crashed tests:' "$log" | tail -n 1)"
  status=1
fi
if ! mvn -B -ntp -q spotless:check >target/format.log 2>&1; then
  say "the formatter disagrees, run 'mvn spotless:apply': $(grep -E '^\[ERROR\] +[^ ]+\.java' target/format.log | head -n 5 | tr -d '\n')"
  status=1
fi

# --- What failed, what could not run --------------------------------------------------------------------------
"$JAVA_HOME/bin/java" .ci/TestSummary.java "$root" || status=1
[ "$status" = 0 ] || grep -m 5 -E '^\[ERROR\] (COMPILATION|Failed to execute goal)' "$log" | cut -c1-400 || true
say "$((SECONDS - started)) s, $([ "$status" = 0 ] && echo passed || echo FAILED)"
exit "$status"
