package dev.millrace.media.srtp;

/** What encrypts media. */
public enum CryptoMode {
    /** A native library when there is one that passes the self-test, the JDK's ciphers otherwise. */
    AUTO,
    /** A native library, or the start fails. */
    NATIVE,
    /** The JDK's ciphers. */
    JAVA
}
