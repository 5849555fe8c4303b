package dev.millrace.media.srtp;

/**
 * Protects and opens the RTP and RTCP packets of one peer (RFC 3711, RFC 7714); made by {@link SrtpCrypto}, owned by the
 * peer's event loop, and closed there.
 *
 * <p>Works in place, or for RTP from the heap into memory that is sent from. Protecting needs {@link #MAX_TRAILER_LENGTH}
 * bytes of room behind the packet. Our own code allocates nothing per packet; what the ciphers allocate is in
 * docs/srtp.md.
 */
public abstract sealed class SrtpSession implements AutoCloseable permits JitsiSession, GcmSession {
    /** The packet was seen before, or is too old to tell; when protecting: this number has been used. */
    public static final int REPLAYED = -1;

    /** The tag does not fit; everything cryptographic that fails looks like this. */
    public static final int AUTH_FAILED = -2;

    /** Too short to be what it claims to be. */
    public static final int MALFORMED = -3;

    /** More sources (SSRCs) in one direction than {@link #MAX_SOURCES}. */
    public static final int TOO_MANY_SOURCES = -4;

    /** Could not be encrypted; must not be sent. */
    public static final int PROTECT_FAILED = -5;

    /** Sources a direction may have before new ones are refused: several publications with simulcast and RTX fit. */
    public static final int MAX_SOURCES = 64;

    /** What protecting adds at most: a 16 byte tag and 4 bytes of SRTCP index, rounded up. */
    public static final int MAX_TRAILER_LENGTH = 32;

    static final int SRTCP_INDEX_LENGTH = 4;
    static final int SRTCP_HEADER_LENGTH = 8;

    SrtpSession() {}

    /** Chooses and loads the JDK's ciphers; call once at boot, or the first session waits for it. */
    public static void warmUp() {
        JitsiSession.load();
    }

    /** A session by the JDK's ciphers, for the keys of one DTLS handshake. */
    public static SrtpSession create(SrtpKeys keys) {
        return JitsiSession.of(keys);
    }

    /**
     * Encrypts an RTP packet in place.
     *
     * <p>Refuses ({@link #REPLAYED}) a sequence number this source already used, or one more than 1,024 behind: a second,
     * different packet under the same number would give the key stream away. To send the very same bytes once more there
     * is {@link #protectRtpAgain}. A source had better start below 32768, or the receiver may guess the first cycle
     * wrong when packets change places (RFC 3711 section 3.3.1).
     *
     * @return the new length, or a negative code
     */
    public abstract int protectRtp(byte[] b, int off, int len);

    /**
     * As {@link #protectRtp(byte[], int, int)}, but the protected packet goes to native memory; the plain one may be
     * overwritten.
     *
     * @param to the address of {@code len} + {@link #MAX_TRAILER_LENGTH} bytes of room
     */
    public abstract int protectRtp(byte[] b, int off, int len, long to);

    /**
     * Encrypts a packet that was protected before, for a plain retransmission; it must be byte for byte the same, header
     * extensions too. May cost a key derivation if it is the same packet as the last time.
     *
     * @return the new length, or a negative code
     */
    public abstract int protectRtpAgain(byte[] b, int off, int len);

    /** Checks and decrypts an SRTP packet in place; answers the new length or a negative code. */
    public abstract int unprotectRtp(byte[] b, int off, int len);

    /** Encrypts a compound RTCP packet in place; answers the new length or a negative code. */
    public abstract int protectRtcp(byte[] b, int off, int len);

    /** Checks and decrypts an SRTCP packet in place; answers the new length or a negative code. */
    public abstract int unprotectRtcp(byte[] b, int off, int len);

    /** Gives the keys' memory back; nothing may be called any more. */
    @Override
    public abstract void close();
}
