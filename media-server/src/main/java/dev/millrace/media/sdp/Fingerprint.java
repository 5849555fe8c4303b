package dev.millrace.media.sdp;

/**
 * A certificate's hash (RFC 8122 section 5).
 *
 * @param algorithm in lower case, e.g. {@code sha-256}
 * @param value hex pairs in upper case with colons
 */
public record Fingerprint(String algorithm, String value) {}
