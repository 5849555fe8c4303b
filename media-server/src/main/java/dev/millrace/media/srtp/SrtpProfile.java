package dev.millrace.media.srtp;

/** DTLS-SRTP protection profiles (RFC 5764 section 4.1.2, RFC 7714 section 14.2), in our order of preference. */
public enum SrtpProfile {
    AEAD_AES_128_GCM(0x0007, 16, 12, 16),
    AEAD_AES_256_GCM(0x0008, 32, 12, 16),
    AES128_CM_HMAC_SHA1_80(0x0001, 16, 14, 10);

    private final int code;
    private final int keyLength;
    private final int saltLength;
    private final int tagLength;

    SrtpProfile(int code, int keyLength, int saltLength, int tagLength) {
        this.code = code;
        this.keyLength = keyLength;
        this.saltLength = saltLength;
        this.tagLength = tagLength;
    }

    boolean isGcm() {
        return switch (this) {
            case AEAD_AES_128_GCM, AEAD_AES_256_GCM -> true;
            case AES128_CM_HMAC_SHA1_80 -> false;
        };
    }

    /** The value in the use_srtp extension. */
    public int code() {
        return code;
    }

    /** Master key length, in bytes. */
    public int keyLength() {
        return keyLength;
    }

    /** Master salt length, in bytes. */
    public int saltLength() {
        return saltLength;
    }

    /** Authentication tag length of an RTP packet, in bytes. */
    public int tagLength() {
        return tagLength;
    }
}
