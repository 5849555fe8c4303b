package dev.millrace.perf;

import dev.millrace.media.rtp.RtpWriter;

/** What a light publisher shows: one picture after the other, each as payloads of RTP. Owned by one loop. */
interface LightVideo {
    /** RTP's clock for video (RFC 6184 section 8.2.1). */
    int CLOCK_RATE = 90_000;

    /** On average. */
    long bitrateBps();

    /** When the next picture is to be sent, in nanoseconds from the beginning; {@link Long#MAX_VALUE} if none is. */
    long dueNs();

    /** Begins the next picture; a keyframe, if one is wanted and can be had. */
    void nextFrame(boolean keyWanted);

    /** When the picture that was begun is to be shown, in {@link #CLOCK_RATE} ticks from the beginning. */
    int rtpTime();

    /** The picture that was begun has another payload. */
    boolean hasMore();

    /** Writes the next payload and its marker. */
    void writeNext(RtpWriter out);
}
