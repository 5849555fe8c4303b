package dev.millrace.media.dtls;

/**
 * One {@code a=fingerprint} of the remote SDP (RFC 8122).
 *
 * @param algorithm such as {@code sha-256}, case does not matter
 * @param value hex pairs with colons, case does not matter
 */
public record RemoteFingerprint(String algorithm, String value) {}
