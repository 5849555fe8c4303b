package dev.millrace.media.restream;

import dev.millrace.media.segment.Sample;
import dev.millrace.media.segment.TrackFormat;

/**
 * One sample on its way to targets.
 *
 * @param track as the packager names it
 * @param originUnixNs what its times count from
 */
record Media(String track, TrackFormat format, Sample sample, long originUnixNs) {
    boolean isVideo() {
        return format.isVideo();
    }

    /** Unix time at which it is decoded; the same clock whatever packager it came of. */
    long decodeNs() {
        return originUnixNs + sample.decodeNs();
    }

    long presentNs() {
        return originUnixNs + sample.presentNs();
    }

    /** A decoder of pictures can begin here. */
    boolean isKey() {
        return isVideo() && sample.sync();
    }

    int bytes() {
        return sample.data().length;
    }
}
