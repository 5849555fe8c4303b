package dev.millrace.e2e.decode;

import dev.millrace.media.rtp.RtpPacket;
import java.util.ArrayList;
import java.util.List;

/** What a captured layer looks like, decoded from its packets by the simplest way there is. */
final class AsPublished {
    private AsPublished() {}

    /** The whole pictures of a layer from its first keyframe on, of VP9 and AV1 those of the highest spatial layer. */
    static List<Decoder.Picture> pictures(Capture capture, int layer) {
        String codec = capture.formats().getFirst().name();
        KeyframeFinder keyframes = new KeyframeFinder(capture);
        Depacketizer depacketizer = Depacketizer.of(codec);
        RtpPacket view = new RtpPacket();
        List<Depacketizer.Unit> units = new ArrayList<>();
        boolean begun = false;
        for (Capture.Item item : capture.items()) {
            boolean key = item.what() == Capture.What.RTP && keyframes.starts(item);
            if (item.what() != Capture.What.RTP || item.layer() != layer) {
                continue;
            }
            begun |= key;
            view.wrap(item.bytes(), 0, item.bytes().length);
            if (begun && view.payloadLength() > 0) {
                depacketizer.payload(item.bytes(), view.payloadOffset(), view.payloadLength());
                if (view.marker()) {
                    units.add(depacketizer.finish());
                }
            }
        }
        return decode(codec, units);
    }

    private static List<Decoder.Picture> decode(String codec, List<Depacketizer.Unit> units) {
        try (Decoder decoder = new Decoder(codec)) {
            for (int i = 0; i < units.size(); i++) {
                for (byte[] packet : units.get(i).packets()) {
                    decoder.decode(packet, i);
                }
            }
            decoder.flush();
            return decoder.pictures();
        }
    }
}
