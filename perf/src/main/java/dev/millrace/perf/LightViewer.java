package dev.millrace.perf;

import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.rtcp.NackWriter;
import dev.millrace.media.rtp.rtcp.NtpTime;
import dev.millrace.media.rtp.rtcp.PictureLoss;
import dev.millrace.media.rtp.rtcp.ReceiverReport;
import dev.millrace.media.rtp.rtcp.ReportBlock;
import dev.millrace.media.rtp.rtcp.RtcpReader;
import dev.millrace.media.rtp.rtcp.SenderReport;
import dev.millrace.media.sdp.HeaderExtension;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.srtp.SrtpSession;
import org.jspecify.annotations.Nullable;

/**
 * The media of a viewer: counts what comes by what headers say, decrypts all of it or a share, and reports as a browser
 * does. Its loop's.
 */
final class LightViewer implements LightMedia {
    private static final long REPORT_EVERY_NS = 1_000_000_000;
    private static final int RTCP_BYTES = 512;

    /** How long libwebrtc waits for a keyframe before it asks, and asks again. */
    private static final long KEYFRAME_WITHIN_NS = 200_000_000;

    /** From its first keyframe on: a start out of what the server kept is caught up by then. */
    private static final long SETTLES_NS = 2_000_000_000;

    private static final int PAYLOAD_TYPES = 128;

    /** More missing at once is an outage, not loss: nobody asks for all of it. */
    private static final long MAX_ASKED = 64;

    private static final byte OTHER = 0;
    private static final byte VIDEO = 1;
    private static final byte AUDIO = 2;
    private static final byte REPAIR = 3;

    private final RtcpOutput output;
    private final LightOptions options;
    private final LoopCounts counts;
    private final byte[] scratch;
    private final JoinClock join;
    private final int ssrc;
    private final byte[] kinds = new byte[PAYLOAD_TYPES];
    private final int wideExtension;
    private final @Nullable ArrivalFeedback feedback;
    private final ClearHeader header = new ClearHeader();
    private final RtpPacket packet = new RtpPacket();
    private final RtcpReader rtcp = new RtcpReader();
    private final SenderReport senderReport = new SenderReport();
    private final KeyframeWatch keyframe = new KeyframeWatch();
    private @Nullable SequenceCounter audio;
    private @Nullable SequenceCounter video;
    private int lastReport;
    private long lastReportNs;
    private long nextReportNs = Long.MAX_VALUE;
    private long nextAskNs = Long.MAX_VALUE;
    private long settledNs = Long.MAX_VALUE;

    /** @param scratch of the loop, for what is sent */
    LightViewer(
            RtcpOutput output,
            LightAnswer answer,
            LightOptions options,
            LoopCounts counts,
            byte[] scratch,
            JoinClock join,
            int ssrc) {
        this.output = output;
        this.options = options;
        this.counts = counts;
        this.scratch = scratch;
        this.join = join;
        this.ssrc = ssrc;
        answer.forEachFormat((type, kind, retransmission) ->
                kinds[type & 0x7f] = retransmission ? REPAIR : kind == MediaKind.VIDEO ? VIDEO : AUDIO);
        wideExtension = answer.extension(MediaKind.VIDEO, HeaderExtension.TRANSPORT_WIDE_CC.uri());
        feedback = options.reportsArrivals() && wideExtension > 0 ? new ArrivalFeedback() : null;
    }

    @Override
    public void onConnected(long nowNs) {
        nextReportNs = nowNs + REPORT_EVERY_NS;
        nextAskNs = nowNs + KEYFRAME_WITHIN_NS;
        if (feedback != null) {
            feedback.start(nowNs);
        }
    }

    @Override
    public void onSrtp(Datagram datagram, SrtpSession keys) {
        if (!header.wrap(datagram)) {
            return;
        }
        byte kind = kinds[header.payloadType()];
        boolean genuine = !wants(kind) || opens(datagram, keys, kind);
        if (!genuine || kind == OTHER) {
            return;
        }
        if (feedback != null) {
            int wide = header.extension16(wideExtension);
            if (wide >= 0) {
                feedback.onPacket(wide, datagram.length(), datagram.arrivedNs());
            }
        }
        if (kind != REPAIR) {
            count(kind, datagram);
        }
    }

    /** Whether that packet is decrypted: all of the beginning, then the share that was asked for. */
    private boolean wants(byte kind) {
        return switch (kind) {
            case VIDEO -> !keyframe.isDone() || isInShare(header.sequenceNumber());
            case AUDIO -> options.decryptEvery() == 1;
            case REPAIR -> true;
            default -> false;
        };
    }

    /** Another packet of each picture, and with each viewer others. */
    private boolean isInShare(int sequenceNumber) {
        int every = options.decryptEvery();
        return every == 1 || Math.floorMod(sequenceNumber + ssrc, every) == 0;
    }

    private boolean opens(Datagram datagram, SrtpSession keys, byte kind) {
        int plain = keys.unprotectRtp(datagram.whole(), 0, datagram.length());
        if (plain < 0) {
            if (plain == SrtpSession.REPLAYED) {
                return true; // counted as what it is, by its number
            }
            counts.undecryptable++;
            return false;
        }
        if (packet.wrap(datagram.whole(), 0, plain) && packet.payloadLength() > 0) {
            if (kind == VIDEO) {
                onPicture(datagram.arrivedNs());
            } else if (kind == REPAIR && packet.payloadLength() >= 2) {
                onRecovered(BigEndian.u16(packet.buffer(), packet.payloadOffset()));
            }
        }
        return true;
    }

    private void onPicture(long arrivedNs) {
        byte[] b = packet.buffer();
        int at = packet.payloadOffset();
        int length = packet.payloadLength();
        counts.decrypted++;
        SendTimes times = options.sendTimes();
        if (times != null) {
            long sentNs = times.find(PayloadKey.of(b, at, length));
            if (sentNs != Long.MIN_VALUE) {
                counts.recognised++;
                options.observer().onForwardDelay(Math.max(0, arrivedNs - sentNs), arrivedNs >= settledNs);
            }
        }
        if (!keyframe.isDone()
                && keyframe.onPacket(header.sequenceNumber(), header.timestamp(), header.marker(), b, at, length)) {
            join.onKeyframe(arrivedNs);
            settledNs = arrivedNs + SETTLES_NS;
        }
    }

    private void onRecovered(int sequenceNumber) {
        SequenceCounter repaired = video;
        if (repaired != null) {
            long missing = repaired.missing();
            long duplicates = repaired.duplicates();
            repaired.onRecovered(sequenceNumber);
            note(repaired, missing, duplicates);
        }
    }

    private void note(SequenceCounter counter, long missingBefore, long duplicatesBefore) {
        counts.missing += counter.missing() - missingBefore;
        counts.duplicates += counter.duplicates() - duplicatesBefore;
    }

    private void count(byte kind, Datagram datagram) {
        join.onPacket(datagram.arrivedNs());
        SequenceCounter counter = counter(kind, header.ssrc());
        long missingBefore = counter.missing();
        long duplicatesBefore = counter.duplicates();
        long skipped = counter.onPacket(header.sequenceNumber(), datagram.length(), datagram.arrivedNs());
        note(counter, missingBefore, duplicatesBefore);
        counts.bytes += datagram.length();
        if (counter.duplicates() == duplicatesBefore) {
            counts.videoPackets += kind == VIDEO ? 1 : 0;
            counts.audioPackets += kind == AUDIO ? 1 : 0;
        }
        if (skipped > 0 && skipped <= MAX_ASKED && options.nack()) {
            ask(counter, header.sequenceNumber(), (int) skipped);
        }
    }

    private SequenceCounter counter(byte kind, int source) {
        SequenceCounter known = kind == VIDEO ? video : audio;
        if (known != null && known.ssrc() == source) {
            return known;
        }
        SequenceCounter fresh = new SequenceCounter(source, join.postedNs());
        if (kind == VIDEO) {
            video = fresh;
        } else {
            audio = fresh;
        }
        return fresh;
    }

    private void ask(SequenceCounter counter, int before, int missing) {
        NackWriter nack = new NackWriter().begin(scratch, 0, RTCP_BYTES, ssrc, counter.ssrc());
        for (int i = missing; i > 0; i--) {
            nack.add((before - i) & 0xffff);
        }
        output.sendRtcp(scratch, nack.finish());
    }

    @Override
    public void onRtcp(byte[] buffer, int length, long nowNs) {
        if (!rtcp.wrap(buffer, 0, length)) {
            return;
        }
        while (rtcp.next()) {
            if (senderReport.wrap(rtcp)) {
                lastReport = NtpTime.middle(senderReport.ntpTime());
                lastReportNs = nowNs;
            }
        }
    }

    @Override
    public long nextDeadlineNs() {
        long next = Math.min(nextReportNs, nextAskNs);
        return feedback == null ? next : Math.min(next, feedback.nextNs());
    }

    @Override
    public void onDeadline(long nowNs) {
        if (feedback != null && nowNs >= feedback.nextNs()) {
            int media = video == null ? 0 : video.ssrc();
            feedback.report(scratch, ssrc, media, nowNs, output);
        }
        if (nowNs >= nextAskNs) {
            askForKeyframe(nowNs);
        }
        if (nowNs >= nextReportNs) {
            nextReportNs = nowNs + REPORT_EVERY_NS;
            report(nowNs);
        }
    }

    /** Pictures come and none of them can be decoded: as a browser does. */
    private void askForKeyframe(long nowNs) {
        nextAskNs = keyframe.isDone() ? Long.MAX_VALUE : nowNs + KEYFRAME_WITHIN_NS;
        if (!keyframe.isDone() && video != null) {
            output.sendRtcp(scratch, PictureLoss.write(scratch, 0, ssrc, video.ssrc()));
        }
    }

    private void report(long nowNs) {
        int blocks = (audio == null ? 0 : 1) + (video == null ? 0 : 1);
        if (blocks == 0) {
            return;
        }
        int at = ReceiverReport.write(scratch, 0, ssrc, blocks);
        at = block(audio, at, nowNs);
        at = block(video, at, nowNs);
        output.sendRtcp(scratch, at);
    }

    private int block(@Nullable SequenceCounter source, int at, long nowNs) {
        if (source == null) {
            return at;
        }
        int delay = lastReport == 0 ? 0 : NtpTime.shortOfNanos(nowNs - lastReportNs);
        int lost = Math.clamp(source.missing(), 0, Integer.MAX_VALUE);
        return at
                + ReportBlock.write(
                        scratch,
                        at,
                        source.ssrc(),
                        source.fractionLost(),
                        lost,
                        source.highest(),
                        0,
                        lastReport,
                        delay);
    }

    @Override
    public LightStats stats(boolean up, LightJoin joined, long nowNs) {
        return new LightStats(up, joined, track(audio, nowNs), track(video, nowNs), 0, 0);
    }

    private static LightTrack track(@Nullable SequenceCounter counter, long nowNs) {
        return counter == null ? LightTrack.NONE : counter.snapshot(nowNs);
    }
}
