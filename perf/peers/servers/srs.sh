# SRS is in no package registry: a build of one's own is named by SRS.
get() {
  [ -n "${SRS:-}" ] || { cannot "no package registry has it; build it and name the program: SRS=/path/to/objs/srs"; return 1; }
  [ -x "$SRS" ] || { cannot "SRS=$SRS is no program"; return 1; }
  "$SRS" -v 2>&1 | tail -1
}

start() {
  ready=1985
  target=(--server srs --url "http://$address:1985")
  sed "s/@address@/$address/" "$here/conf/srs.conf" >"$folder/srs.conf"
  server=("$SRS" -c "$folder/srs.conf")
}
