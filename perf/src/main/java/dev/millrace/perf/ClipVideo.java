package dev.millrace.perf;

import dev.millrace.media.rtp.RtpWriter;

/** The pictures of a clip, again and again if it says so. Owned by one loop. */
final class ClipVideo implements LightVideo {
    private final Clip clip;
    private final AnnexBPayloads payloads = new AnnexBPayloads();
    private int next;
    /** What is added to the clip's times: of the rounds before, and of what was skipped. */
    private long offsetNs;

    private long shownNs;

    ClipVideo(Clip clip) {
        this.clip = clip;
    }

    @Override
    public long bitrateBps() {
        return clip.bitrateBps();
    }

    @Override
    public long dueNs() {
        return next < clip.pictures().size() ? clip.pictures().get(next).sentNs() + offsetNs : Long.MAX_VALUE;
    }

    @Override
    public void nextFrame(boolean keyWanted) {
        if (keyWanted && clip.seeks()) {
            seek();
        }
        Clip.Picture picture = clip.pictures().get(next);
        shownNs = picture.shownNs() + offsetNs;
        payloads.begin(picture.annexB());
        advance();
    }

    private void advance() {
        next++;
        if (next == clip.pictures().size() && clip.loopNs() > 0) {
            next = 0;
            offsetNs += clip.loopNs();
        }
    }

    /** Goes on with the next keyframe as if it were due now; with what is due if there is none. */
    private void seek() {
        long dueNs = dueNs();
        int from = next;
        int size = clip.pictures().size();
        int last = clip.loopNs() > 0 ? from + size : size;
        for (int i = from; i < last; i++) {
            if (clip.pictures().get(i % size).key()) {
                next = i % size;
                offsetNs += dueNs - dueNs();
                return;
            }
        }
    }

    @Override
    public int rtpTime() {
        return (int) (shownNs / 100_000 * 9 + shownNs % 100_000 * 9 / 100_000);
    }

    @Override
    public boolean hasMore() {
        return payloads.hasMore();
    }

    @Override
    public void writeNext(RtpWriter out) {
        payloads.writeNext(out);
    }
}
