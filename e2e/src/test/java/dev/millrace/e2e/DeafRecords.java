package dev.millrace.e2e;

import dev.millrace.media.dtls.DtlsRole;
import dev.millrace.media.sctp.SctpOutput;
import dev.millrace.perf.LightRecords;

/** Data channels of a client that stops listening: from then on it reads nothing and acknowledges nothing. The loop's. */
final class DeafRecords implements LightRecords {
    private final LightRecords honest;
    private volatile boolean deaf;

    DeafRecords(LightRecords honest) {
        this.honest = honest;
    }

    void stopListening() {
        deaf = true;
    }

    @Override
    public void onConnected(DtlsRole role, int sctpPort, int maxMessageBytes, SctpOutput output, long nowNs) {
        honest.onConnected(role, sctpPort, maxMessageBytes, output, nowNs);
    }

    @Override
    public void onRefused() {
        honest.onRefused();
    }

    @Override
    public void onRecord(byte[] b, int off, int len, long nowNs) {
        if (!deaf) {
            honest.onRecord(b, off, len, nowNs);
        }
    }

    @Override
    public long nextDeadlineNs() {
        return honest.nextDeadlineNs();
    }

    @Override
    public void onDeadline(long nowNs) {
        honest.onDeadline(nowNs);
    }

    @Override
    public void onClosing() {
        honest.onClosing();
    }
}
