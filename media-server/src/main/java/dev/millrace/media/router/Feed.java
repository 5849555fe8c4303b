package dev.millrace.media.router;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.HeaderExtension;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import dev.millrace.media.send.PublicationClock;
import dev.millrace.media.send.SourceLayer;
import dev.millrace.media.send.TrackSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One track of a stream as it exists on one loop: its layers' packet caches and clocks; stays while broadcasters come and
 * go.
 *
 * <p>Fed by a receive path on the publisher's loop, by a ring on others. Owned by its loop.
 */
public final class Feed implements TrackSource {
    /** More encodings than anybody sends. */
    private static final int MAX_LAYERS = 8;

    /** One receive batch; a fuller one is flushed on the way. */
    static final int MAX_BATCH = 64;

    /** A wish not fulfilled for so long is passed on again; the receive path repeats the request itself meanwhile. */
    private static final long REPEAT_NS = KeyframeHeed.LATE_NS;

    private static final int TYPES = 128;

    private final Stream stream;
    private final MediaKind kind;
    private final PublicationClock clock;
    private final KeyframeRequests keyframes;
    private final DropCounters drops;
    private final RtpPacket packet = new RtpPacket();
    private final @Nullable CodecFormat[] formats = new CodecFormat[TYPES];
    private final @Nullable Codec[] codecs = new Codec[TYPES];
    private final int[] extensionIds = new int[HeaderExtension.values().length];
    private final SourceLayer[] layers = new SourceLayer[MAX_LAYERS];
    private final long[] askedNs = new long[MAX_LAYERS];
    private final boolean[] asked = new boolean[MAX_LAYERS];
    private final NewcomerAllowance newcomers = new NewcomerAllowance();
    private final KeyframeHeed heed = new KeyframeHeed();
    private int layerCount;
    private long publication;
    private boolean deaf;

    private long batch = 1;
    private int batchSize;
    private final byte[] batchLayers = new byte[MAX_BATCH];
    private final long[] batchSequences = new long[MAX_BATCH];
    private long batchSinceNs;
    private boolean pictureOpen;

    Feed(Stream stream, MediaKind kind, PublicationClock clock, KeyframeRequests keyframes, DropCounters drops) {
        this.stream = stream;
        this.kind = kind;
        this.clock = clock;
        this.keyframes = keyframes;
        this.drops = drops;
    }

    /** Another broadcaster feeds from now on; null media for one without this kind, publication 0 for none. */
    void publish(long newPublication, @Nullable PublishedMedia media) {
        publication = media == null ? 0 : newPublication;
        deaf = media != null && media.deaf();
        heed.forget();
        batchSize = 0;
        Arrays.fill(formats, null);
        Arrays.fill(codecs, null);
        Arrays.fill(extensionIds, 0);
        Arrays.fill(asked, false);
        for (int i = 0; i < layerCount; i++) {
            layers[i].reset();
            layers[i].keepGroup(deaf);
        }
        if (media == null) {
            return;
        }
        for (CodecFormat format : media.formats()) {
            formats[format.payloadType() & 0x7f] = format;
            codecs[format.payloadType() & 0x7f] = Codec.of(format.name());
        }
        for (HeaderExtension extension : HeaderExtension.values()) {
            extensionIds[index(extension)] = media.extensionId(extension);
        }
    }

    @SuppressWarnings("EnumOrdinal") // an index into an array that never leaves this class
    private static int index(HeaderExtension extension) {
        return extension.ordinal();
    }

    /** One plain RTP packet of a layer, copied at once; sent to viewers at the next {@link Stream#flush}. */
    public void onPacket(int layer, byte[] b, int off, int len, long nowNs) {
        if (publication == 0 || layer < 0 || layer >= MAX_LAYERS) {
            drops.count(DropReason.RTP_UNKNOWN_SSRC);
            return;
        }
        if (!packet.wrap(b, off, len)) {
            drops.count(DropReason.RTP_MALFORMED);
            return;
        }
        Codec codec = codecs[packet.payloadType()];
        if (codec == null) {
            drops.count(DropReason.RTP_UNKNOWN_PAYLOAD);
            return;
        }
        while (layerCount <= layer) {
            layers[layerCount] = new SourceLayer(kind == MediaKind.VIDEO);
            layers[layerCount++].keepGroup(isDeaf());
        }
        if (batchSize == MAX_BATCH) {
            // Before the packet is kept: a start from the cache in here would send it, and the next batch again.
            stream.flush(nowNs);
        }
        SourceLayer target = layers[layer];
        if (kind == MediaKind.VIDEO && !target.active(nowNs)) {
            stream.dormancy().heard(layer);
        }
        long keyframeBefore = target.keyframeNs();
        long sequence = target.onPacket(packet, codec, extensionId(HeaderExtension.DEPENDENCY_DESCRIPTOR), nowNs);
        if (sequence < 0) {
            drops.count(DropReason.RTP_DUPLICATE);
            return;
        }
        if (target.keyframeNs() != keyframeBefore) {
            onKeyframe(layer, nowNs);
        }
        batchSinceNs = batchSize == 0 ? nowNs : batchSinceNs;
        pictureOpen = !packet.marker();
        batchLayers[batchSize] = (byte) layer;
        batchSequences[batchSize++] = sequence;
    }

    private void onKeyframe(int layer, long nowNs) {
        if (asked[layer]) {
            asked[layer] = false;
            heed.onKeyframe(nowNs - askedNs[layer]);
            learn();
        }
    }

    private void learn() {
        for (int i = 0; i < layerCount; i++) {
            layers[i].keepGroup(isDeaf());
        }
    }

    /** The publisher's sender report for a layer. */
    public void onSenderReport(int layer, long ntp, int rtpTimestamp, long nowNs) {
        if (layer >= 0 && layer < layerCount) {
            clock.onSenderReport(ntp, nowNs);
            layers[layer].onSenderReport(ntp, rtpTimestamp);
        }
    }

    /** The publisher ended a layer. */
    public void onLayerGone(int layer, long nowNs) {
        if (layer >= 0 && layer < layerCount) {
            layers[layer].onGone();
        }
    }

    /** When the first packet came that was not sent yet. */
    long batchSinceNs() {
        return batchSinceNs;
    }

    /** The packet that came last is not the last of its picture. */
    boolean pictureOpen() {
        return pictureOpen;
    }

    void endBatch() {
        batch++;
        batchSize = 0;
    }

    @Override
    public MediaKind kind() {
        return kind;
    }

    @Override
    public long publication() {
        return publication;
    }

    @Override
    public SourceLayer layer(int index) {
        return layers[index];
    }

    @Override
    public @Nullable CodecFormat format(int payloadType) {
        return formats[payloadType];
    }

    @Override
    public int extensionId(HeaderExtension extension) {
        return extensionIds[index(extension)];
    }

    @Override
    public PublicationClock clock() {
        return clock;
    }

    @Override
    public void requestKeyframe(int layer, long nowNs) {
        if (publication == 0 || deaf || (asked[layer] && nowNs - askedNs[layer] < REPEAT_NS)) {
            return;
        }
        if (dormant(layer, nowNs)) {
            return; // it begins with a keyframe when it wakes, and could not answer before
        }
        if (asked[layer] && layers[layer].active(nowNs)) {
            heed.onIgnored();
            learn();
        }
        asked[layer] = true;
        askedNs[layer] = nowNs;
        keyframes.request(kind, layer, nowNs);
    }

    @Override
    public boolean isDeaf() {
        return deaf || heed.isHeedless();
    }

    @Override
    public boolean newcomerMayAsk(long nowNs) {
        return newcomers.take(nowNs);
    }

    @Override
    public long batch() {
        return batch;
    }

    @Override
    public int batchSize() {
        return batchSize;
    }

    @Override
    public int batchLayer(int i) {
        return batchLayers[i];
    }

    @Override
    public long batchSequence(int i) {
        return batchSequences[i];
    }

    @Override
    public int layerCount() {
        return layerCount;
    }

    @Override
    public boolean active(int layer, long nowNs) {
        return layers[layer].active(nowNs);
    }

    @Override
    public boolean dormant(int layer, long nowNs) {
        return kind == MediaKind.VIDEO
                && !layers[layer].active(nowNs)
                && stream.dormancy().dormant(layer, nowNs);
    }

    @Override
    public int targets(int layer) {
        return layers[layer].targets().count();
    }

    @Override
    public int spatialId(int layer, int target) {
        return layers[layer].targets().spatialId(target);
    }

    @Override
    public int temporalId(int layer, int target) {
        return layers[layer].targets().temporalId(target);
    }

    @Override
    public int pixels(int layer, int target) {
        return layers[layer].pixels(target);
    }

    @Override
    public long bitrateBps(int layer, int target) {
        return layers[layer].bitrateBps(target);
    }
}
