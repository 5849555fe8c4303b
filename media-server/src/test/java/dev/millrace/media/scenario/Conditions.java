package dev.millrace.media.scenario;

/**
 * What one direction of a link does to packets.
 *
 * @param rateBps bits per second of datagrams' payload; 0 = no limit
 * @param delayNs propagation, one way
 * @param queueNs a packet that would wait longer is dropped (drop-tail); 0 = look at {@code queueBytes} alone
 * @param queueBytes more than that do not wait; 0 = no limit of that kind
 * @param jitterNs up to that much more delay, without changing the order
 * @param loss share of packets lost at random
 * @param duplicates share of packets that come twice
 * @param reordered share of packets that others overtake
 */
record Conditions(
        long rateBps,
        long delayNs,
        long queueNs,
        int queueBytes,
        long jitterNs,
        double loss,
        double duplicates,
        double reordered) {
    /** 20 ms each way and 200 ms of queue: the link of STACK.md's figures, unless a scenario says otherwise. */
    static Conditions kbps(int rateKbps) {
        return new Conditions(rateKbps * 1000L, 20 * VirtualTime.MS, 200 * VirtualTime.MS, 0, 0, 0, 0, 0);
    }

    /** No bottleneck. */
    static Conditions unlimited() {
        return kbps(0);
    }

    Conditions delayMs(int ms) {
        return new Conditions(rateBps, ms * VirtualTime.MS, queueNs, queueBytes, jitterNs, loss, duplicates, reordered);
    }

    Conditions queueMs(int ms) {
        return new Conditions(rateBps, delayNs, ms * VirtualTime.MS, 0, jitterNs, loss, duplicates, reordered);
    }

    Conditions queueBytes(int bytes) {
        return new Conditions(rateBps, delayNs, 0, bytes, jitterNs, loss, duplicates, reordered);
    }

    Conditions jitterMs(int ms) {
        return new Conditions(rateBps, delayNs, queueNs, queueBytes, ms * VirtualTime.MS, loss, duplicates, reordered);
    }

    Conditions lossPercent(double percent) {
        return new Conditions(rateBps, delayNs, queueNs, queueBytes, jitterNs, percent / 100, duplicates, reordered);
    }

    Conditions duplicatePercent(double percent) {
        return new Conditions(rateBps, delayNs, queueNs, queueBytes, jitterNs, loss, percent / 100, reordered);
    }

    Conditions reorderPercent(double percent) {
        return new Conditions(rateBps, delayNs, queueNs, queueBytes, jitterNs, loss, duplicates, percent / 100);
    }

    /** The way back of such a link: the same delay and jitter, room enough, nothing lost. */
    Conditions back() {
        return new Conditions(0, delayNs, 0, 0, jitterNs, 0, 0, 0);
    }

    /** What may wait in bytes. */
    long queueLimitBytes() {
        long byTime = queueNs == 0 || rateBps == 0 ? Long.MAX_VALUE : rateBps * queueNs / 8 / VirtualTime.SECOND;
        return Math.min(byTime, queueBytes == 0 ? Long.MAX_VALUE : queueBytes);
    }
}
