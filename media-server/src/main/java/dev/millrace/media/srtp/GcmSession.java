package dev.millrace.media.srtp;

import static dev.millrace.media.srtp.GcmLibrary.NONCE_LENGTH;
import static dev.millrace.media.srtp.GcmLibrary.TAG_LENGTH;

import dev.millrace.media.rtp.BigEndian;
import org.jspecify.annotations.Nullable;

/**
 * SRTP and SRTCP with AES-GCM (RFC 7714) by a native library: the same packets, bit for bit, as {@link JitsiSession}
 * makes, at less cost and without garbage.
 *
 * <p>Keys are expanded when first needed: a viewer sends no RTP. Owned by the peer's loop.
 */
final class GcmSession extends SrtpSession {
    private static final int RTP_HEADER_LENGTH = 12;
    private static final int CONTROL_ASSOCIATED_LENGTH = SRTCP_HEADER_LENGTH + SRTCP_INDEX_LENGTH;

    /** What goes through the thread's room, with what is added. */
    private static final int MAX_LENGTH = NativeRoom.MAX_PACKET_BYTES - MAX_TRAILER_LENGTH;

    /** Set in the index word: encrypted, not authenticated only. */
    private static final int ENCRYPTED = 0x8000_0000;

    /** 31 bits (RFC 3711 section 3.4); nobody lives to see the last. */
    private static final int MAX_CONTROL_INDEX = 0x7fff_ffff;

    private final GcmLibrary library;
    private final SrtpKeys keys;
    private final SourceTable<ReplayWindow> sent = new SourceTable<>();
    private final SourceTable<ReplayWindow> received = new SourceTable<>();
    private final SourceTable<ControlCounter> controlSent = new SourceTable<>();
    private final SourceTable<ReplayWindow> controlReceived = new SourceTable<>();
    private final NativeRoom room = NativeRoom.ofThread();

    private @Nullable GcmCipher sending;
    private @Nullable GcmCipher receiving;
    private @Nullable GcmCipher controlSending;
    private @Nullable GcmCipher controlReceiving;
    private boolean closed;

    /** The next index of one source's SRTCP. */
    private static final class ControlCounter {
        private int next;
    }

    GcmSession(GcmLibrary library, SrtpKeys keys) {
        if (!keys.profile().isGcm()) {
            throw new IllegalArgumentException(keys.profile() + " is not AES-GCM");
        }
        this.library = library;
        this.keys = keys;
    }

    // ---- RTP

    @Override
    public int protectRtp(byte[] b, int off, int len) {
        return hasRoom(b, off, len, TAG_LENGTH) ? protectRtp(b, off, len, 0) : failure(b, off, len);
    }

    private static boolean hasRoom(byte[] b, int off, int len, int trailer) {
        return b.length - off - len >= trailer;
    }

    private static int failure(byte[] b, int off, int len) {
        return headerLength(b, off, len) < 0 ? MALFORMED : PROTECT_FAILED;
    }

    @Override
    public int protectRtp(byte[] b, int off, int len, long to) {
        int header = headerLength(b, off, len);
        if (header < 0) {
            return MALFORMED;
        }
        int ssrc = BigEndian.i32(b, off + 8);
        ReplayWindow spent = sent.get(ssrc);
        if (spent == null) {
            if (sent.isFull()) {
                return TOO_MANY_SOURCES;
            }
            spent = new ReplayWindow();
            sent.put(ssrc, spent);
        }
        long index = spent.indexOf(BigEndian.u16(b, off + 2));
        if (!spent.accepts(index)) {
            return REPLAYED;
        }
        spent.add(index);
        return seal(b, off, len, header, ssrc, index, to);
    }

    @Override
    public int protectRtpAgain(byte[] b, int off, int len) {
        int header = headerLength(b, off, len);
        if (header < 0) {
            return MALFORMED;
        }
        int ssrc = BigEndian.i32(b, off + 8);
        ReplayWindow spent = sent.get(ssrc);
        if (spent == null || !hasRoom(b, off, len, TAG_LENGTH)) {
            return PROTECT_FAILED;
        }
        return seal(b, off, len, header, ssrc, spent.indexOf(BigEndian.u16(b, off + 2)), 0);
    }

    /** Into native memory, or in place if {@code to} is 0. */
    private int seal(byte[] b, int off, int len, int header, int ssrc, long index, long to) {
        GcmCipher cipher = sending;
        if (cipher == null) {
            cipher = cipher(true, KeyDerivation.RTP_KEY, KeyDerivation.RTP_SALT);
            sending = cipher;
        }
        boolean here = to == 0;
        long at = here ? room.packet() : to;
        if (here && len > MAX_LENGTH) {
            return PROTECT_FAILED;
        }
        NativeRoom.write(b, off, at, len);
        if (!cipher.seal(room, ssrc, index, at, header, at + header, len - header)) {
            return PROTECT_FAILED;
        }
        if (here) {
            NativeRoom.read(at + header, b, off + header, len - header + TAG_LENGTH);
        }
        return len + TAG_LENGTH;
    }

    @Override
    public int unprotectRtp(byte[] b, int off, int len) {
        int header = headerLength(b, off, len);
        if (header < 0 || len < header + TAG_LENGTH || len > MAX_LENGTH || (b[off] & 0xc0) != 0x80) {
            return MALFORMED;
        }
        int ssrc = BigEndian.i32(b, off + 8);
        int number = BigEndian.u16(b, off + 2);
        ReplayWindow seen = received.get(ssrc);
        long index = seen == null ? number : seen.indexOf(number);
        if (seen != null && !seen.accepts(index)) {
            return REPLAYED;
        }
        if (seen == null && received.isFull()) {
            return TOO_MANY_SOURCES;
        }
        GcmCipher cipher = receiving;
        if (cipher == null) {
            cipher = cipher(false, KeyDerivation.RTP_KEY, KeyDerivation.RTP_SALT);
            receiving = cipher;
        }
        long at = room.packet();
        int text = len - header - TAG_LENGTH;
        NativeRoom.write(b, off, at, len);
        if (index < 0 || !cipher.open(room, ssrc, index, at, header, at + header, text)) {
            return AUTH_FAILED;
        }
        NativeRoom.read(at + header, b, off + header, text);
        remember(received, seen, ssrc, index);
        return len - TAG_LENGTH;
    }

    private static void remember(SourceTable<ReplayWindow> table, @Nullable ReplayWindow known, int ssrc, long index) {
        ReplayWindow seen = known;
        if (seen == null) {
            seen = new ReplayWindow();
            table.put(ssrc, seen);
        }
        seen.add(index);
    }

    /** With CSRCs and extensions; -1 if the packet is too short for them. */
    private static int headerLength(byte[] b, int off, int len) {
        if (len < RTP_HEADER_LENGTH) {
            return -1;
        }
        int header = RTP_HEADER_LENGTH + 4 * (b[off] & 0x0f);
        if ((b[off] & 0x10) != 0) {
            if (header + 4 > len) {
                return -1;
            }
            header += 4 + 4 * BigEndian.u16(b, off + header + 2);
        }
        return header > len ? -1 : header;
    }

    // ---- RTCP

    @Override
    public int protectRtcp(byte[] b, int off, int len) {
        if (len < SRTCP_HEADER_LENGTH || len > MAX_LENGTH) {
            return MALFORMED;
        }
        if (!hasRoom(b, off, len, TAG_LENGTH + SRTCP_INDEX_LENGTH)) {
            return PROTECT_FAILED;
        }
        int ssrc = BigEndian.i32(b, off + 4);
        ControlCounter counter = controlSent.get(ssrc);
        if (counter == null) {
            if (controlSent.isFull()) {
                return TOO_MANY_SOURCES;
            }
            counter = new ControlCounter();
            controlSent.put(ssrc, counter);
        }
        if (counter.next == MAX_CONTROL_INDEX) {
            return PROTECT_FAILED;
        }
        return sealControl(b, off, len, ssrc, counter.next++);
    }

    private int sealControl(byte[] b, int off, int len, int ssrc, int index) {
        GcmCipher cipher = controlSending;
        if (cipher == null) {
            cipher = cipher(true, KeyDerivation.RTCP_KEY, KeyDerivation.RTCP_SALT);
            controlSending = cipher;
        }
        long at = room.packet();
        int body = len - SRTCP_HEADER_LENGTH;
        NativeRoom.write(b, off + SRTCP_HEADER_LENGTH, at, body);
        long associated = controlAssociated(b, off, index | ENCRYPTED);
        if (!cipher.seal(room, ssrc, index, associated, CONTROL_ASSOCIATED_LENGTH, at, body)) {
            return PROTECT_FAILED;
        }
        NativeRoom.read(at, b, off + SRTCP_HEADER_LENGTH, body + TAG_LENGTH);
        BigEndian.put32(b, off + len + TAG_LENGTH, index | ENCRYPTED);
        return len + TAG_LENGTH + SRTCP_INDEX_LENGTH;
    }

    /** The header and the index word, which stands at the packet's end. */
    private long controlAssociated(byte[] b, int off, int indexWord) {
        long at = room.address() + NativeRoom.ASSOCIATED;
        NativeRoom.write(b, off, at, SRTCP_HEADER_LENGTH);
        NativeRoom.put32(at + SRTCP_HEADER_LENGTH, indexWord);
        return at;
    }

    @Override
    public int unprotectRtcp(byte[] b, int off, int len) {
        int sealed = len - SRTCP_HEADER_LENGTH - SRTCP_INDEX_LENGTH;
        if (sealed < TAG_LENGTH || len > MAX_LENGTH || (b[off] & 0xc0) != 0x80) {
            return MALFORMED;
        }
        int indexWord = BigEndian.i32(b, off + len - SRTCP_INDEX_LENGTH);
        if (indexWord >= 0) {
            return AUTH_FAILED; // E bit off: authenticated only, which DTLS-SRTP never negotiates
        }
        int index = indexWord & ~ENCRYPTED;
        int ssrc = BigEndian.i32(b, off + 4);
        ReplayWindow seen = controlReceived.get(ssrc);
        if (seen != null && !seen.accepts(index)) {
            return REPLAYED;
        }
        if (seen == null && controlReceived.isFull()) {
            return TOO_MANY_SOURCES;
        }
        GcmCipher cipher = controlReceiving;
        if (cipher == null) {
            cipher = cipher(false, KeyDerivation.RTCP_KEY, KeyDerivation.RTCP_SALT);
            controlReceiving = cipher;
        }
        long at = room.packet();
        int text = sealed - TAG_LENGTH;
        NativeRoom.write(b, off + SRTCP_HEADER_LENGTH, at, sealed);
        long associated = controlAssociated(b, off, indexWord);
        if (!cipher.open(room, ssrc, index, associated, CONTROL_ASSOCIATED_LENGTH, at, text)) {
            return AUTH_FAILED;
        }
        NativeRoom.read(at, b, off + SRTCP_HEADER_LENGTH, text);
        remember(controlReceived, seen, ssrc, index);
        return len - TAG_LENGTH - SRTCP_INDEX_LENGTH;
    }

    // ---- keys

    private GcmCipher cipher(boolean sealing, int keyLabel, int saltLabel) {
        if (closed) {
            throw new IllegalStateException("the session is closed");
        }
        byte[] master = sealing ? keys.localKey() : keys.remoteKey();
        byte[] masterSalt = sealing ? keys.localSalt() : keys.remoteSalt();
        byte[] key = KeyDerivation.derive(
                master, masterSalt, keyLabel, keys.profile().keyLength());
        byte[] salt = KeyDerivation.derive(master, masterSalt, saltLabel, NONCE_LENGTH);
        return new GcmCipher(library.key(key, sealing), salt);
    }

    @Override
    public void close() {
        closed = true;
        sending = closed(sending);
        receiving = closed(receiving);
        controlSending = closed(controlSending);
        controlReceiving = closed(controlReceiving);
    }

    private static @Nullable GcmCipher closed(@Nullable GcmCipher cipher) {
        if (cipher != null) {
            cipher.close();
        }
        return null;
    }
}
