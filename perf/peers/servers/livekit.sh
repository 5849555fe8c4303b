# LiveKit, built from its Go module. It has a WHIP endpoint of its own that wants a token for each participant: a front makes them.
version=${LIVEKIT_VERSION:-v1.13.5}
binary=$cache/livekit-$version

get() {
  echo "$version"
  [ -x "$binary" ] && return 0
  command -v go >/dev/null || { cannot "Go is missing, which builds it"; return 1; }
  GOFLAGS=-mod=mod GOBIN=$cache/livekit-bin go install "github.com/livekit/livekit-server/cmd/server@$version" >&2 ||
    { cannot "its Go module cannot be had or does not build: $folder/get.log"; return 1; }
  mv "$cache/livekit-bin/server" "$binary"
  rmdir "$cache/livekit-bin"
}

start() {
  local key=peers secret=only-for-measuring-on-this-machine-0123456789
  ready=7880
  target=(--server livekit --url http://127.0.0.1:7080)
  server=("$binary" --config "$here/conf/livekit.yaml" --keys "$key: $secret" --node-ip "$address")
  front=(livekit 7080 "http://$address:7880" "$key" "$secret")
}
