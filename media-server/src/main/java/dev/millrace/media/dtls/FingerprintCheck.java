package dev.millrace.media.dtls;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.TlsFatalAlert;

/** Compares the peer's certificate with what its SDP named (RFC 8122 section 5.1); one match of a strong hash is enough. */
final class FingerprintCheck {
    private final List<RemoteFingerprint> expected;

    FingerprintCheck(List<RemoteFingerprint> expected) {
        this.expected = List.copyOf(expected);
    }

    /** Throws a fatal bad_certificate alert unless the leaf is the one expected. */
    void check(Certificate chain) throws IOException {
        if (chain == null || chain.isEmpty()) {
            throw new TlsFatalAlert(AlertDescription.certificate_required);
        }
        byte[] encoded = chain.getCertificateAt(0).getEncoded();
        for (RemoteFingerprint fingerprint : expected) {
            if (matches(fingerprint, encoded)) {
                return;
            }
        }
        throw new TlsFatalAlert(AlertDescription.bad_certificate, "certificate is not the one the SDP names");
    }

    private static boolean matches(RemoteFingerprint fingerprint, byte[] encoded) {
        return switch (fingerprint.algorithm().toLowerCase(Locale.ROOT)) {
            case "sha-256" -> DtlsIdentity.fingerprint("SHA-256", encoded).equalsIgnoreCase(fingerprint.value());
            case "sha-384" -> DtlsIdentity.fingerprint("SHA-384", encoded).equalsIgnoreCase(fingerprint.value());
            case "sha-512" -> DtlsIdentity.fingerprint("SHA-512", encoded).equalsIgnoreCase(fingerprint.value());
            default -> false;
        };
    }
}
