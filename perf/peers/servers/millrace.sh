# Millrace itself, from this source tree, as it comes: what it does for HLS begins with the first request for it.
options=()

get() {
  "$root/millrace" --help >/dev/null || { cannot "it does not build"; return 1; }
  git -C "$root" describe --always --dirty 2>/dev/null || echo "of this tree"
}

start() {
  ready=8080
  target=(--server millrace --url "http://$address:8080")
  # limits.joins: everybody comes from one address here. The rest says aloud that this is no server for the world.
  server=("$root/millrace" --http.host "$address" --auth.open true --http.insecure true --limits.joins 0
    --data.dir "$folder/data" --log.level warn "${options[@]}")
}
