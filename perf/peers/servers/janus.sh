# Janus, Debian's package, unpacked into the cache. Its VideoRoom offers to viewers; a front turns that into WHIP and WHEP.
prefix=$cache/janus

get() {
  if [ ! -x "$prefix/usr/bin/janus" ]; then
    command -v apt-get >/dev/null || { cannot "Debian's apt-get is missing, which has it"; return 1; }
    rm -rf "$prefix"
    mkdir -p "$prefix/deb"
    local packages
    packages=$(apt-get install --simulate --no-install-recommends janus | awk '/^Inst/{print $2}')
    # Nothing to install where it is installed already: then its own files are wanted all the same.
    # shellcheck disable=SC2086 # several packages
    (cd "$prefix/deb" && apt-get download ${packages:-janus}) >&2 ||
      { cannot "Debian's package janus cannot be had (apt-get update?): $folder/get.log"; return 1; }
    local package
    for package in "$prefix"/deb/*.deb; do dpkg -x "$package" "$prefix"; done
    rm -rf "$prefix/deb"
  fi
  LD_LIBRARY_PATH=$(libraries) "$prefix/usr/bin/janus" --help | sed -n 's/^Janus version: .*(\(.*\))/\1/p'
}

libraries() { find "$prefix/usr/lib" -maxdepth 1 -type d -name '*-linux-gnu*' | head -1; }

start() {
  local lib
  lib=$(libraries)
  ready=8088
  target=(--server janus)
  sed -e "s#@lib@#$lib/janus#" "$here/conf/janus/janus.jcfg" >"$folder/janus.jcfg"
  environment=(LD_LIBRARY_PATH="$lib")
  server=("$prefix/usr/bin/janus" --configs-folder "$here/conf/janus" --config "$folder/janus.jcfg")
  front=(janus 7080 "http://$address:8088/janus")
}
