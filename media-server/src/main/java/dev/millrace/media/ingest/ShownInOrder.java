package dev.millrace.media.ingest;

/**
 * Chooses the pictures that a decoder can show which shows each as soon as it has decoded it, as browsers' do over WebRTC: of
 * pictures that come in another order than they are shown in (B-frames, ITU-T H.264 section 7.4.3) those that go back in time
 * are left out. Where others refer to such a one (nal_ref_idc, section 7.4.1), all up to the next keyframe are left out as
 * well: they would be shown broken. Owned by one thread.
 */
public final class ShownInOrder {
    private boolean any;
    private boolean broken;
    private long newestNs;

    /** Whether the next picture, in the order of decoding, can be shown. */
    public boolean accept(boolean key, boolean discardable, long shownNs) {
        if (key || !any) {
            broken = false;
        } else if (shownNs <= newestNs) {
            broken |= !discardable;
            return false;
        }
        if (broken) {
            return false;
        }
        any = true;
        newestNs = shownNs;
        return true;
    }

    /** Somebody else's pictures were shown instead, up to then: what comes builds on pictures that were not. */
    public void interrupted(long untilNs) {
        any = true;
        broken = true;
        newestNs = Math.max(newestNs, untilNs);
    }

    /** Of the picture shown last. */
    public long newestNs() {
        return newestNs;
    }
}
