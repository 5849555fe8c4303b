package dev.millrace.media.sdp;

/** Our part in the DTLS handshake, as {@code a=setup} of our answer says it (RFC 5763 section 5, RFC 8842). */
public enum LocalSetup {
    /** We send the ClientHello: the offerer said passive. */
    ACTIVE,
    /** We wait for the ClientHello: the offerer said actpass or active. */
    PASSIVE
}
