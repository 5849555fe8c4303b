# Broadcast Box is in no package registry: a build of one's own is named by BROADCAST_BOX.
get() {
  [ -n "${BROADCAST_BOX:-}" ] || { cannot "no package registry has it; build it and name the program: BROADCAST_BOX=/path/to/broadcast-box"; return 1; }
  [ -x "$BROADCAST_BOX" ] || { cannot "BROADCAST_BOX=$BROADCAST_BOX is no program"; return 1; }
  echo "a build of one's own"
}

start() {
  ready=8080
  target=(--server broadcast-box --url "http://$address:8080")
  environment=(HTTP_ADDRESS=:8080 APP_ENV=production DISABLE_STATUS=true)
  server=("$BROADCAST_BOX")
}
