package dev.millrace.perf;

/**
 * What all clients of a loop saw so far, those that are gone included; at most a tenth of a second old.
 *
 * @param clients that have a socket now
 * @param up of them those whose media can flow
 * @param videoPackets packets of pictures that came, duplicates and retransmissions left out
 * @param audioPackets the same of sound
 * @param bytes of both, RTP headers included
 * @param missing sequence numbers that were skipped and did not come since
 * @param duplicates packets that came twice
 * @param decrypted packets of pictures that were decrypted
 * @param undecryptable packets whose tag did not fit
 * @param recognised of the decrypted those whose time of sending is known
 * @param packetsSent media packets of publishers
 * @param bytesSent of them, headers included
 * @param keyframesAsked picture loss and full intra requests publishers got
 * @param receiveDrops datagrams the kernel dropped since this loop did not look in time: missing through our own fault
 */
public record LightTotals(
        int clients,
        int up,
        long videoPackets,
        long audioPackets,
        long bytes,
        long missing,
        long duplicates,
        long decrypted,
        long undecryptable,
        long recognised,
        long packetsSent,
        long bytesSent,
        long keyframesAsked,
        long receiveDrops) {
    /** Of no loop. */
    public static final LightTotals NONE = new LightTotals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Of two loops. */
    public LightTotals plus(LightTotals other) {
        return new LightTotals(
                clients + other.clients,
                up + other.up,
                videoPackets + other.videoPackets,
                audioPackets + other.audioPackets,
                bytes + other.bytes,
                missing + other.missing,
                duplicates + other.duplicates,
                decrypted + other.decrypted,
                undecryptable + other.undecryptable,
                recognised + other.recognised,
                packetsSent + other.packetsSent,
                bytesSent + other.bytesSent,
                keyframesAsked + other.keyframesAsked,
                receiveDrops + other.receiveDrops);
    }
}
