package dev.millrace.perf;

/** What a loop counts of its clients, see {@link LightTotals}. The loop's thread alone. */
final class LoopCounts {
    int clients;
    int up;
    long videoPackets;
    long audioPackets;
    long bytes;
    long missing;
    long duplicates;
    long decrypted;
    long undecryptable;
    long recognised;
    long packetsSent;
    long bytesSent;
    long keyframesAsked;

    LightTotals snapshot(long receiveDrops) {
        return new LightTotals(
                clients,
                up,
                videoPackets,
                audioPackets,
                bytes,
                missing,
                duplicates,
                decrypted,
                undecryptable,
                recognised,
                packetsSent,
                bytesSent,
                keyframesAsked,
                receiveDrops);
    }
}
