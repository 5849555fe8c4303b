package dev.millrace.media.dtls;

import dev.millrace.media.srtp.SrtpKeys;
import java.io.IOException;
import java.util.Hashtable;
import java.util.Vector;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsUtils;
import org.jspecify.annotations.Nullable;

/** Our side as DTLS server (setup:passive); lives on the handshake's thread. */
@SuppressWarnings({"rawtypes", "JdkObsolete"}) // Bouncy Castle's signatures
final class SrtpTlsServer extends DefaultTlsServer implements SrtpTlsPeer {
    private final DtlsIdentity identity;
    private final FingerprintCheck fingerprints;
    private final SrtpKeying keying = new SrtpKeying();
    private @Nullable SrtpKeys keys;

    SrtpTlsServer(DtlsIdentity identity, FingerprintCheck fingerprints) {
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
    public int[] getSupportedGroups() {
        return TlsPolicy.groups();
    }

    @Override
    protected boolean preferLocalCipherSuites() {
        return true;
    }

    @Override
    public TlsCredentials getCredentials() {
        return identity.signer(context);
    }

    @Override
    public CertificateRequest getCertificateRequest() {
        Vector algorithms = TlsUtils.getDefaultSupportedSignatureAlgorithms(context);
        return new CertificateRequest(
                new short[] {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign}, algorithms, null);
    }

    @Override
    public void notifyClientCertificate(Certificate certificate) throws IOException {
        fingerprints.check(certificate);
    }

    @Override
    public void processClientExtensions(Hashtable extensions) throws IOException {
        super.processClientExtensions(extensions);
        keying.choose(extensions);
    }

    @Override
    public Hashtable getServerExtensions() throws IOException {
        Hashtable extensions = super.getServerExtensions();
        keying.answer(extensions);
        return extensions;
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        keys = keying.export(context, DtlsRole.SERVER);
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
