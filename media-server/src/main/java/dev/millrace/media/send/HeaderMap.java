package dev.millrace.media.send;

import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.RtpWriter;
import dev.millrace.media.rtp.codec.DescriptorRewriter;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.HeaderExtension;
import dev.millrace.media.sdp.PlayedMedia;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes the header extensions one viewer negotiated for one track: some carried over from the publisher under the
 * viewer's ids, some our own (RFC 8285). Owned by one downtrack.
 */
final class HeaderMap {
    /** What describes the media itself; everything else belongs to the hop. */
    private static final HeaderExtension[] CARRIED = {
        HeaderExtension.AUDIO_LEVEL,
        HeaderExtension.VIDEO_ORIENTATION,
        HeaderExtension.PLAYOUT_DELAY,
        HeaderExtension.ABS_CAPTURE_TIME,
        HeaderExtension.DEPENDENCY_DESCRIPTOR
    };

    /** More than that needs the two-byte form (RFC 8285 section 4.2). */
    private static final int ONE_BYTE_MAX = 16;

    private static final long NS_PER_S = 1_000_000_000L;

    /** Of the time itself; the offset behind it is as long. */
    private static final int CAPTURE_TIME_BYTES = 8;

    private final int[] inIds = new int[CARRIED.length];
    private final int[] outIds = new int[CARRIED.length];
    private final int[] viewerIds = new int[CARRIED.length];
    private int carried;

    /** The publisher's id of the dependency descriptor if it is carried, else 0. */
    private int descriptorId;

    /** The publisher's id of the absolute capture time if it is carried, else 0. */
    private int captureTimeId;

    private @Nullable PublicationClock clock;

    private byte[] descriptor = {};
    private byte[] captureTime = {};

    private final boolean twoByte;
    private final boolean repeatable;
    private final int transportId;
    private final int sendTimeId;
    private final int midId;
    private final byte[] mid;
    private boolean midKnown;

    HeaderMap(PlayedMedia played, boolean twoByte) {
        this.twoByte = twoByte;
        for (int i = 0; i < CARRIED.length; i++) {
            viewerIds[i] = usable(played.extensionId(CARRIED[i]));
        }
        repeatable = wantsPlainRetransmissions(played);
        transportId = repeatable ? 0 : usable(played.extensionId(HeaderExtension.TRANSPORT_WIDE_CC));
        sendTimeId = repeatable ? 0 : usable(played.extensionId(HeaderExtension.ABS_SEND_TIME));
        mid = played.mid().getBytes(StandardCharsets.UTF_8);
        boolean midFits = !repeatable && mid.length > 0 && mid.length <= ONE_BYTE_MAX;
        midId = midFits ? usable(played.extensionId(HeaderExtension.MID)) : 0;
    }

    private static boolean wantsPlainRetransmissions(PlayedMedia played) {
        for (CodecFormat format : played.formats()) {
            if (!format.hasRtx() && format.rtcpFb().contains("nack")) {
                return true;
            }
        }
        return false;
    }

    /**
     * True if packets come out the same whenever they are written. SRTP allows a second packet under the same number only
     * if it is the same one, so a viewer who gets plain retransmissions gets no extension that tells the moment.
     */
    boolean isRepeatable() {
        return repeatable;
    }

    private int usable(int id) {
        return id > 0 && id != 15 && (id < 15 || twoByte) ? id : 0;
    }

    /** Another publisher, other ids. */
    void bind(TrackSource source) {
        carried = 0;
        descriptorId = 0;
        captureTimeId = 0;
        // Not where packets have to come out the same each time: the first report may come in between.
        clock = repeatable ? null : source.clock();
        for (int i = 0; i < CARRIED.length; i++) {
            int in = source.extensionId(CARRIED[i]);
            if (in > 0 && viewerIds[i] > 0) {
                inIds[carried] = in;
                outIds[carried++] = viewerIds[i];
                descriptorId = CARRIED[i] == HeaderExtension.DEPENDENCY_DESCRIPTOR ? in : descriptorId;
                if (CARRIED[i] == HeaderExtension.ABS_CAPTURE_TIME) {
                    captureTimeId = in;
                    captureTime = new byte[2 * CAPTURE_TIME_BYTES];
                }
            }
        }
    }

    /** The viewer reported on this SSRC: it knows which section it belongs to. */
    void acknowledged() {
        midKnown = true;
    }

    boolean hasTransportSequence() {
        return transportId > 0;
    }

    /** The frame number of the packet's dependency descriptor, or -1 if none is carried. */
    int frameNumber(RtpPacket in) {
        int at = descriptorId == 0 || !in.hasExtensions() ? -1 : in.extensionOffset(descriptorId);
        return at < 0 || in.extensionLength(descriptorId) < 3 ? -1 : BigEndian.u16(in.buffer(), at + 1);
    }

    /** What is ours: all that padding carries. */
    void writeOwn(RtpWriter out, int transportSequence, long nowNs) {
        if (transportId > 0) {
            out.extension16(transportId, transportSequence);
        }
        if (sendTimeId > 0) {
            // 6.18 fixed point seconds
            out.extension24(sendTimeId, (int) (((nowNs % (64 * NS_PER_S)) << 18) / NS_PER_S) & 0xff_ffff);
        }
        if (midId > 0 && !midKnown) {
            out.extension(midId, mid, 0, mid.length);
        }
    }

    void write(RtpPacket in, RtpWriter out, int transportSequence, long rewriting, int flags, long nowNs) {
        writeOwn(out, transportSequence, nowNs);
        if (!in.hasExtensions() || Rewriting.empty(rewriting)) {
            return;
        }
        PublicationClock from = clock;
        for (int i = 0; i < carried; i++) {
            int length = in.extensionLength(inIds[i]);
            if (length > 0 && inIds[i] == descriptorId) {
                describe(in, out, outIds[i], length, rewriting, flags);
            } else if (length >= CAPTURE_TIME_BYTES && inIds[i] == captureTimeId && from != null && from.known()) {
                captureTime(in, out, outIds[i], length, from.aheadNtp());
            } else if (length > 0 && (length <= ONE_BYTE_MAX || twoByte)) {
                out.extension(outIds[i], in.buffer(), in.extensionOffset(inIds[i]), length);
            }
        }
    }

    /**
     * Our sender reports tell our clock, so the viewer has to be told how far the one that captured is ahead of it (the
     * estimated capture clock offset of abs-capture-time).
     */
    private void captureTime(RtpPacket in, RtpWriter out, int outId, int length, long ahead) {
        int at = in.extensionOffset(captureTimeId);
        boolean offset = length >= 2 * CAPTURE_TIME_BYTES;
        long before = offset ? BigEndian.i64(in.buffer(), at + CAPTURE_TIME_BYTES) : 0;
        BigEndian.put64(captureTime, 0, BigEndian.i64(in.buffer(), at));
        BigEndian.put64(captureTime, CAPTURE_TIME_BYTES, before + ahead);
        out.extension(outId, captureTime, 0, 2 * CAPTURE_TIME_BYTES);
    }

    private void describe(RtpPacket in, RtpWriter out, int outId, int length, long rewriting, int flags) {
        if (descriptor.length == 0) {
            descriptor = new byte[DescriptorRewriter.MAX_BYTES];
        }
        int at = in.extensionOffset(descriptorId);
        boolean tell = Rewriting.tell(rewriting);
        int written = describe(in.buffer(), at, length, rewriting, flags, tell);
        if (written > ONE_BYTE_MAX && !twoByte && tell) {
            written = describe(in.buffer(), at, length, rewriting, flags, false);
        }
        if (written <= ONE_BYTE_MAX || twoByte) {
            out.extension(outId, descriptor, 0, written);
        }
    }

    private int describe(byte[] in, int at, int length, long rewriting, int flags, boolean tell) {
        return DescriptorRewriter.rewrite(
                in,
                at,
                length,
                descriptor,
                Rewriting.numberOffset(rewriting),
                Rewriting.activeTargets(rewriting),
                tell,
                PacketFlags.maskBit(flags),
                PacketFlags.maskTargets(flags));
    }
}
