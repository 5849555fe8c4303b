package dev.millrace.perf;

/** Takes the times of one join, each once, and tells the observer. Its loop's. */
final class JoinClock {
    private static final long NOT_YET = -1;

    private final LightObserver observer;
    private final long postedNs;
    private long answeredNs = NOT_YET;
    private long iceNs = NOT_YET;
    private long connectedNs = NOT_YET;
    private long firstPacketNs = NOT_YET;
    private long keyframeNs = NOT_YET;

    JoinClock(LightObserver observer, long postedNs) {
        this.observer = observer;
        this.postedNs = postedNs;
    }

    long postedNs() {
        return postedNs;
    }

    void onAnswered(long nowNs) {
        answeredNs = nowNs - postedNs;
        observer.onAnswered(answeredNs);
    }

    void onIce(long nowNs) {
        iceNs = nowNs - postedNs;
        observer.onIce(iceNs);
    }

    void onConnected(long nowNs) {
        connectedNs = nowNs - postedNs;
        observer.onConnected(connectedNs);
    }

    void onPacket(long nowNs) {
        if (firstPacketNs == NOT_YET) {
            firstPacketNs = nowNs - postedNs;
            observer.onFirstPacket(firstPacketNs);
        }
    }

    void onKeyframe(long nowNs) {
        keyframeNs = nowNs - postedNs;
        observer.onFirstKeyframe(keyframeNs);
    }

    LightJoin snapshot() {
        return new LightJoin(answeredNs, iceNs, connectedNs, firstPacketNs, keyframeNs);
    }
}
