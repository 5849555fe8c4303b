package dev.millrace.media.dtls;

import dev.millrace.media.srtp.SrtpKeys;
import java.io.IOException;
import java.util.Hashtable;
import java.util.Vector;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.jspecify.annotations.Nullable;

/** Our side as DTLS client (setup:active); lives on the handshake's thread. */
@SuppressWarnings({"rawtypes", "unchecked", "JdkObsolete"}) // Bouncy Castle's signatures
final class SrtpTlsClient extends DefaultTlsClient implements SrtpTlsPeer {
    private final DtlsIdentity identity;
    private final FingerprintCheck fingerprints;
    private final SrtpKeying keying = new SrtpKeying();
    private @Nullable SrtpKeys keys;

    SrtpTlsClient(DtlsIdentity identity, FingerprintCheck fingerprints) {
        super(identity.crypto());
        this.identity = identity;
        this.fingerprints = fingerprints;
    }

    @Override
    public @Nullable SrtpKeys keys() {
        return keys;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return ProtocolVersion.DTLSv12.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return TlsUtils.getSupportedCipherSuites(getCrypto(), TlsPolicy.suites());
    }

    @Override
    protected Vector getSupportedGroups(Vector namedGroupRoles) {
        Vector groups = new Vector();
        for (int group : TlsPolicy.groups()) {
            groups.add(group);
        }
        return groups;
    }

    @Override
    public Hashtable getClientExtensions() throws IOException {
        Hashtable extensions = super.getClientExtensions();
        SrtpKeying.offer(extensions);
        return extensions;
    }

    @Override
    public void processServerExtensions(Hashtable extensions) throws IOException {
        super.processServerExtensions(extensions);
        keying.accept(extensions);
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return new TlsAuthentication() {
            @Override
            public void notifyServerCertificate(TlsServerCertificate certificate) throws IOException {
                fingerprints.check(certificate.getCertificate());
            }

            @Override
            public TlsCredentials getClientCredentials(CertificateRequest request) {
                return identity.signer(context);
            }
        };
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        keys = keying.export(context, DtlsRole.CLIENT);
    }

    @Override
    public boolean requiresExtendedMasterSecret() {
        return true;
    }

    @Override
    public int getHandshakeTimeoutMillis() {
        return TlsPolicy.HANDSHAKE_TIMEOUT_MS;
    }

    @Override
    public int getHandshakeResendTimeMillis() {
        return TlsPolicy.RESEND_MS;
    }
}
