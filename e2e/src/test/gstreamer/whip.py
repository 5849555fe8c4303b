# GStreamer publishes by WHIP: `python3 whip.py publish -url … -token … -seconds …`, one JSON object at its end,
# which comes when the time is up or standard input closes.
# What gst-plugins-rs' whipclientsink and whipsink do, on the same webrtcbin; Debian has neither of those two.
# `python3 whip.py check` says by its status whether all that is needed for it is here.
import argparse
import json
import sys
import urllib.parse
import urllib.request

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

PIPELINE = """
  webrtcbin name=peer bundle-policy=max-bundle
  videotestsrc is-live=true horizontal-speed=2 ! video/x-raw,width=320,height=180,framerate=25/1
    ! openh264enc gop-size=25 bitrate=300000 ! video/x-h264,profile=constrained-baseline ! h264parse
    ! rtph264pay config-interval=-1 aggregate-mode=zero-latency
    ! application/x-rtp,media=video,encoding-name=H264,payload=96 ! peer.
  audiotestsrc is-live=true wave=sine freq=440 ! audio/x-raw,rate=48000,channels=2 ! opusenc
    ! rtpopuspay ! application/x-rtp,media=audio,encoding-name=OPUS,payload=97 ! peer.
"""
GIVE_UP_S = 30

arguments = argparse.ArgumentParser()
arguments.add_argument("role", choices=["publish", "check"])
arguments.add_argument("-url")
arguments.add_argument("-token", default="")
arguments.add_argument("-seconds", type=float, default=5)
options = arguments.parse_args()

Gst.init(None)
ELEMENTS = ["webrtcbin", "nicesrc", "dtlsdec", "srtpenc", "openh264enc", "h264parse", "rtph264pay", "opusenc", "rtpopuspay", "videotestsrc"]
if options.role == "check":
    sys.exit(0 if all(Gst.ElementFactory.find(name) for name in ELEMENTS) else 1)
outcome = {"version": Gst.version_string(), "status": 0, "connected": False, "deleteStatus": 0}
loop = GLib.MainLoop()
pipeline = Gst.parse_launch(PIPELINE)
peer = pipeline.get_by_name("peer")
session = None


def ask(url, method, body=None):
    headers = {"Content-Type": "application/sdp"} if body else {}
    if options.token:
        headers["Authorization"] = "Bearer " + options.token
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    return urllib.request.urlopen(request, timeout=10)


def on_negotiation_needed(_):
    peer.emit("create-offer", None, Gst.Promise.new_with_change_func(on_offer))


def on_offer(promise):
    promise.wait()
    reply = promise.get_reply()  # holds the offer for as long as it is held itself
    offer = reply.get_value("offer")
    peer.emit("set-local-description", offer, Gst.Promise.new())


def on_gathering(*_):
    if peer.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
        GLib.idle_add(post)


def post():
    global session
    try:
        local = peer.get_property("local-description")
        body = local.sdp.as_text().encode()
        with ask(options.url, "POST", body) as answer:
            outcome["status"] = answer.status
            session = urllib.parse.urljoin(options.url, answer.headers["Location"])
            _, sdp = GstSdp.SDPMessage.new_from_text(answer.read().decode())
        description = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, sdp)
        peer.emit("set-remote-description", description, Gst.Promise.new())
    except Exception as refused:
        end(f"{options.url}: {refused}")
    return False


def on_connection(*_):
    if peer.get_property("connection-state") == GstWebRTC.WebRTCPeerConnectionState.CONNECTED:
        outcome["connected"] = True
        GLib.timeout_add(int(options.seconds * 1000), end)


def end_of_input(*_):
    end()
    return False


def end(problem=None):
    if problem:
        print(problem, file=sys.stderr)
    loop.quit()
    return False


GLib.io_add_watch(sys.stdin, GLib.IO_HUP, end_of_input)
bus = pipeline.get_bus()
bus.add_signal_watch()
bus.connect("message::error", lambda _, message: end(message.parse_error()))
peer.connect("on-negotiation-needed", on_negotiation_needed)
peer.connect("notify::ice-gathering-state", on_gathering)
peer.connect("notify::connection-state", on_connection)
GLib.timeout_add_seconds(int(GIVE_UP_S + options.seconds), lambda: end("it took too long"))
pipeline.set_state(Gst.State.PLAYING)
loop.run()
pipeline.set_state(Gst.State.NULL)
if session:
    with ask(session, "DELETE") as gone:
        outcome["deleteStatus"] = gone.status
print(json.dumps(outcome))
sys.exit(0 if outcome["connected"] else 1)
