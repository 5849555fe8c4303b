package dev.millrace.media.srtp;

/** AES-GCM of a library of the system, through the foreign function API; stateless, any thread. */
interface GcmLibrary {
    /** Bytes of a tag. */
    int TAG_LENGTH = 16;

    /** Bytes of a nonce. */
    int NONCE_LENGTH = 12;

    /** Its name and version. */
    String name();

    /**
     * A key, expanded once.
     *
     * @param key 16 or 32 bytes; not kept
     * @param sealing whether it seals, otherwise it opens
     */
    GcmKey key(byte[] key, boolean sealing);
}
