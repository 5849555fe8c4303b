package dev.millrace.e2e.decode;

import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.codec.DependencyDescriptor;
import dev.millrace.media.rtp.codec.Vp8Descriptor;
import dev.millrace.media.rtp.codec.Vp9Descriptor;
import dev.millrace.media.sdp.HeaderExtension;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * What every picture of a capture looks like when nothing of its layer is left out: what a viewer's decoder has to show,
 * bit for bit, whatever it was switched from.
 */
final class Pictures {
    /**
     * One picture of a capture, decoded from its beginning.
     *
     * @param layer of simulcast
     * @param spatialId within the layer
     * @param key a decoder may begin here
     */
    record Expected(int layer, int spatialId, int temporalId, boolean key, int width, int height, long checksum) {}

    private final Map<Long, Set<Expected>> byBytes = new HashMap<>();
    private final int[] spatialLayers;
    private final int[] temporalLayers;

    private Pictures(int layers) {
        spatialLayers = new int[layers];
        temporalLayers = new int[layers];
    }

    /** Decodes the capture layer by layer. */
    static Pictures of(Capture capture) {
        Pictures pictures = new Pictures(capture.layers());
        for (int layer = 0; layer < capture.layers(); layer++) {
            Layer whole = new Layer(capture, layer);
            pictures.spatialLayers[layer] = whole.spatialLayers();
            pictures.temporalLayers[layer] = whole.temporalLayers();
            for (int top = 0; top < whole.spatialLayers(); top++) {
                pictures.decode(capture.formats().getFirst().name(), whole, layer, top);
            }
        }
        return pictures;
    }

    int spatialLayers(int layer) {
        return spatialLayers[layer];
    }

    int temporalLayers(int layer) {
        return temporalLayers[layer];
    }

    /** The pictures whose topmost part has these bytes; more than one where an encoder repeated itself. */
    Set<Expected> of(byte[] top) {
        return byBytes.getOrDefault(key(top), Set.of());
    }

    private static long key(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return (crc.getValue() << 24) | bytes.length;
    }

    private void decode(String codec, Layer layer, int index, int top) {
        List<Depacketizer.Unit> units = new ArrayList<>();
        List<Packet> firsts = new ArrayList<>();
        try (Decoder decoder = new Decoder(codec)) {
            layer.units(codec, top, units, firsts);
            for (int i = 0; i < units.size(); i++) {
                for (byte[] packet : units.get(i).packets()) {
                    decoder.decode(packet, i);
                }
            }
            decoder.flush();
            List<Decoder.Picture> shown = decoder.pictures();
            List<String> complaints = Decoder.complaints();
            if (!complaints.isEmpty() || shown.size() != units.size()) {
                throw new AssertionError("layer " + index + " up to spatial layer " + top + " as captured: "
                        + units.size() + " pictures, " + shown.size() + " decoded, FFmpeg says " + complaints);
            }
            for (int i = 0; i < units.size(); i++) {
                Packet first = firsts.get(i);
                Decoder.Picture picture = shown.get(i);
                Expected expected = new Expected(
                        index,
                        first.spatialId(),
                        first.temporalId(),
                        first.key(),
                        picture.width(),
                        picture.height(),
                        picture.checksum());
                byBytes.computeIfAbsent(key(units.get(i).top()), any -> new HashSet<>())
                        .add(expected);
            }
        }
    }

    /** One packet; the ids are those of its frame. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Packet(byte[] payload, int timestamp, int spatialId, int temporalId, boolean key) {}

    /** The packets of a layer from its first keyframe on, without those of a last picture that was cut. */
    private static final class Layer {
        private final List<Packet> packets = new ArrayList<>();
        private final RtpPacket view = new RtpPacket();
        private final Vp8Descriptor vp8 = new Vp8Descriptor();
        private final Vp9Descriptor vp9 = new Vp9Descriptor();
        private final DependencyDescriptor descriptor = new DependencyDescriptor();
        private final String codec;
        private final int descriptorId;

        Layer(Capture capture, int layer) {
            codec = capture.formats().getFirst().name();
            descriptorId = capture.published().extensionId(HeaderExtension.DEPENDENCY_DESCRIPTOR);
            KeyframeFinder keyframes = new KeyframeFinder(capture);
            int expected = -1;
            int whole = 0;
            for (Capture.Item item : capture.items()) {
                if (item.layer() != layer || item.what() != Capture.What.RTP) {
                    continue;
                }
                boolean key = keyframes.starts(item);
                view.wrap(item.bytes(), 0, item.bytes().length);
                if (expected >= 0 && view.sequenceNumber() != expected) {
                    throw new AssertionError("a packet is missing in the capture, or out of order: record it again");
                }
                expected = (view.sequenceNumber() + 1) & 0xffff;
                if (view.payloadLength() > 0 && (key || !packets.isEmpty())) {
                    packets.add(packet(item.bytes(), key));
                    whole = view.marker() ? packets.size() : whole;
                }
            }
            packets.subList(whole, packets.size()).clear();
        }

        private Packet packet(byte[] b, boolean key) {
            int spatialId = 0;
            int temporalId = 0;
            int at = descriptorId > 0 ? view.extensionOffset(descriptorId) : -1;
            if (at >= 0 && descriptor.read(b, at, view.extensionLength(descriptorId))) {
                spatialId = descriptor.spatialId();
                temporalId = descriptor.temporalId();
            } else if (codec.equals("VP8") && vp8.wrap(b, view.payloadOffset(), view.payloadLength())) {
                temporalId = vp8.temporalId();
            } else if (codec.equals("VP9") && vp9.wrap(b, view.payloadOffset(), view.payloadLength())) {
                spatialId = vp9.spatialId();
                temporalId = vp9.temporalId();
            }
            byte[] payload =
                    java.util.Arrays.copyOfRange(b, view.payloadOffset(), view.payloadOffset() + view.payloadLength());
            return new Packet(payload, view.timestamp(), spatialId, temporalId, key);
        }

        int spatialLayers() {
            return 1 + packets.stream().mapToInt(Packet::spatialId).max().orElse(0);
        }

        int temporalLayers() {
            return 1 + packets.stream().mapToInt(Packet::temporalId).max().orElse(0);
        }

        /** The pictures made of the spatial layers up to {@code top}, and for each what is known of it. */
        void units(String codec, int top, List<Depacketizer.Unit> units, List<Packet> about) {
            Depacketizer depacketizer = Depacketizer.of(codec);
            Packet last = null;
            boolean key = false;
            for (Packet packet : packets) {
                if (packet.spatialId() > top) {
                    continue;
                }
                if (last != null && packet.timestamp() != last.timestamp()) {
                    units.add(depacketizer.finish());
                    about.add(new Packet(last.payload(), 0, last.spatialId(), last.temporalId(), key));
                    key = false;
                }
                key |= packet.key();
                last = packet;
                depacketizer.payload(packet.payload(), 0, packet.payload().length);
            }
            if (last != null) {
                units.add(depacketizer.finish());
                about.add(new Packet(last.payload(), 0, last.spatialId(), last.temporalId(), key));
            }
        }
    }
}
