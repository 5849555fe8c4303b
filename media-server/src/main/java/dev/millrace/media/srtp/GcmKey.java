package dev.millrace.media.srtp;

/**
 * One expanded AES-GCM key in a library's memory (NIST SP 800-38D); owned by one session, used by its loop alone. All
 * addresses are of native memory, and nothing is allocated.
 */
interface GcmKey extends AutoCloseable {
    /**
     * Encrypts in place and puts the tag behind.
     *
     * @param room of {@link NativeRoom}, with the nonce in it
     * @param associated what is authenticated only
     * @param associatedLength at least 1
     * @return false if the library refused
     */
    boolean seal(long room, long associated, int associatedLength, long text, int length);

    /**
     * Decrypts in place.
     *
     * @param length without the tag, which stands behind
     * @return false if the tag does not fit; what is left there means nothing then
     */
    boolean open(long room, long associated, int associatedLength, long text, int length);

    /** Wipes and frees it; a second time does nothing. */
    @Override
    void close();
}
