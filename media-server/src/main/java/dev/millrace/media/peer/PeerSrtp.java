package dev.millrace.media.peer;

import dev.millrace.media.net.DatagramSink;
import dev.millrace.media.net.NetworkPath;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.srtp.SrtpCrypto;
import dev.millrace.media.srtp.SrtpKeys;
import dev.millrace.media.srtp.SrtpSession;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The media half of a peer: its SRTP from the moment DTLS is up; what fails is dropped by name. The peer's loop's. */
final class PeerSrtp {
    private final DatagramSink sink;
    private final DropCounters drops;
    private final Supplier<SrtpCrypto> crypto;
    private @Nullable SrtpSession keys;

    PeerSrtp(DatagramSink sink, DropCounters drops, Supplier<SrtpCrypto> crypto) {
        this.sink = sink;
        this.drops = drops;
        this.crypto = crypto;
    }

    void onKeys(SrtpKeys negotiated) {
        keys = crypto.get().session(negotiated);
    }

    boolean isUp() {
        return keys != null;
    }

    void close() {
        SrtpSession with = keys;
        keys = null;
        if (with != null) {
            with.close();
        }
    }

    /** RFC 5761 section 4: payload types 64 to 95 with the marker bit are RTCP packet types 192 to 223. */
    static boolean isRtcp(byte[] buffer, int offset, int length) {
        int second = length > 1 ? buffer[offset + 1] & 0xff : 0;
        return second >= 192 && second <= 223;
    }

    /** Decrypts in place; answers the length, negative when the packet is dropped. */
    int unprotect(byte[] buffer, int offset, int length, boolean rtcp) {
        SrtpSession with = ready();
        if (with == null) {
            return -1;
        }
        int plain = rtcp ? with.unprotectRtcp(buffer, offset, length) : with.unprotectRtp(buffer, offset, length);
        if (plain < 0) {
            drops.count(reason(plain, rtcp));
        }
        return plain;
    }

    void sendRtp(@Nullable NetworkPath to, byte[] buffer, int offset, int length) {
        SrtpSession with = ready();
        if (with == null) {
            return;
        }
        long room = to == null ? 0 : sink.reserve(to, length + SrtpSession.MAX_TRAILER_LENGTH);
        if (to == null || room == 0) {
            send(to, buffer, offset, with.protectRtp(buffer, offset, length), false);
            return;
        }
        int cipherLength = with.protectRtp(buffer, offset, length, room);
        if (cipherLength < 0) {
            drops.count(reason(cipherLength, false));
        } else {
            sink.commit(to, cipherLength);
        }
    }

    void sendRtpAgain(@Nullable NetworkPath to, byte[] buffer, int offset, int length) {
        SrtpSession with = ready();
        if (with != null) {
            send(to, buffer, offset, with.protectRtpAgain(buffer, offset, length), false);
        }
    }

    void sendRtcp(@Nullable NetworkPath to, byte[] buffer, int offset, int length) {
        SrtpSession with = ready();
        if (with != null) {
            send(to, buffer, offset, with.protectRtcp(buffer, offset, length), true);
        }
    }

    private @Nullable SrtpSession ready() {
        if (keys == null) {
            drops.count(DropReason.SRTP_NOT_READY);
        }
        return keys;
    }

    private void send(@Nullable NetworkPath to, byte[] buffer, int offset, int cipherLength, boolean rtcp) {
        if (cipherLength < 0 || to == null) {
            drops.count(to == null ? DropReason.SEND_NO_PATH : reason(cipherLength, rtcp));
            return;
        }
        sink.send(to, buffer, offset, cipherLength);
    }

    private static DropReason reason(int failure, boolean rtcp) {
        return switch (failure) {
            case SrtpSession.REPLAYED -> rtcp ? DropReason.SRTCP_REPLAY : DropReason.SRTP_REPLAY;
            case SrtpSession.MALFORMED -> rtcp ? DropReason.SRTCP_MALFORMED : DropReason.SRTP_MALFORMED;
            case SrtpSession.TOO_MANY_SOURCES -> DropReason.SRTP_TOO_MANY_SOURCES;
            case SrtpSession.PROTECT_FAILED -> DropReason.SRTP_PROTECT_FAILED;
            default -> rtcp ? DropReason.SRTCP_AUTH : DropReason.SRTP_AUTH;
        };
    }
}
