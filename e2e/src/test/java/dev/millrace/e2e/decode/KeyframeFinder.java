package dev.millrace.e2e.decode;

import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.KeyframeProbe;

/** Tells the records of a capture that begin a keyframe. */
final class KeyframeFinder {
    private final KeyframeProbe probe = new KeyframeProbe();
    private final RtpPacket packet = new RtpPacket();
    private final Codec codec;

    KeyframeFinder(Capture capture) {
        codec = Codec.of(capture.formats().getFirst().name());
    }

    boolean starts(Capture.Item item) {
        return item.what() == Capture.What.RTP
                && packet.wrap(item.bytes(), 0, item.bytes().length)
                && packet.payloadLength() > 0
                && probe.startsKeyframe(codec, item.bytes(), packet.payloadOffset(), packet.payloadLength());
    }
}
