package dev.millrace.media.srtp;

/**
 * Protects and opens the RTP and RTCP packets of one peer (RFC 3711, RFC 7714); owned by the peer's event loop.
 *
 * <p>Works in place. Protecting needs {@link #MAX_TRAILER_LENGTH} bytes of room behind the packet.
 */
public final class SrtpSession {
    /** The packet was seen before, or is too old to tell. */
    public static final int REPLAYED = -1;

    /** The tag does not fit; everything cryptographic that fails looks like this. */
    public static final int AUTH_FAILED = -2;

    /** Too short to be what it claims to be. */
    public static final int MALFORMED = -3;

    /** The peer uses more sources (SSRCs) than {@link #MAX_SOURCES}. */
    public static final int TOO_MANY_SOURCES = -4;

    /** Sources a direction may have before new ones are refused. */
    public static final int MAX_SOURCES = 64;

    /** What protecting adds at most: a 16 byte tag and 4 bytes of SRTCP index, rounded up. */
    public static final int MAX_TRAILER_LENGTH = 32;

    private SrtpSession() {}

    /** Loads the ciphers, which takes seconds the first time; call once at boot. */
    public static void warmUp() {}

    public static SrtpSession create(SrtpKeys keys) {
        return new SrtpSession();
    }

    /**
     * Encrypts an RTP packet in place.
     *
     * <p>Refuses ({@link #REPLAYED}) a sequence number this source already used: a second, different packet under the
     * same number would give the key away. To send the very same bytes once more there is {@link #protectRtpAgain}.
     *
     * @return the new length, or a negative code
     */
    public int protectRtp(byte[] b, int off, int len) {
        return AUTH_FAILED;
    }

    /** Encrypts a packet that was protected before, byte for byte the same (header too), for a plain retransmission. */
    public int protectRtpAgain(byte[] b, int off, int len) {
        return AUTH_FAILED;
    }

    /** Checks and decrypts an SRTP packet in place; answers the new length or a negative code. */
    public int unprotectRtp(byte[] b, int off, int len) {
        return AUTH_FAILED;
    }

    /** Encrypts a compound RTCP packet in place; answers the new length or a negative code. */
    public int protectRtcp(byte[] b, int off, int len) {
        return AUTH_FAILED;
    }

    /** Checks and decrypts an SRTCP packet in place; answers the new length or a negative code. */
    public int unprotectRtcp(byte[] b, int off, int len) {
        return AUTH_FAILED;
    }
}
