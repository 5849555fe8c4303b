# MediaMTX, built from its Go module. Its HLS page's player is not in the module; HLS is off here, so an empty one does.
version=${MEDIAMTX_VERSION:-v1.20.1}
binary=$cache/mediamtx-$version

get() {
  echo "$version"
  [ -x "$binary" ] && return 0
  command -v go >/dev/null || { cannot "Go is missing, which builds it"; return 1; }
  local source=$cache/mediamtx-source
  (cd "$cache" && GOFLAGS=-mod=mod go mod download -json "github.com/bluenviron/mediamtx@$version") >"$folder/module.json" ||
    { cannot "its Go module cannot be had: $(sed -n 's/.*"Error": "\(.*\)".*/\1/p' "$folder/module.json")"; return 1; }
  rm -rf "$source"
  cp -r "$(sed -n 's/.*"Dir": "\(.*\)".*/\1/p' "$folder/module.json")" "$source"
  chmod -R u+w "$source"
  printf '%s\n' "$version" >"$source/internal/core/VERSION"
  : >"$source/internal/servers/hls/hls.min.js"
  (cd "$source" && GOFLAGS=-buildvcs=false go build -o "$binary" .) >&2 || { cannot "it does not build: $folder/get.log"; return 1; }
  rm -rf "$source"
}

start() {
  ready=8889
  target=(--server mediamtx --url "http://$address:8889")
  server=("$binary" "$here/conf/mediamtx.yml")
}
