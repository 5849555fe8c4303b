package dev.millrace.media.dtls;

import dev.millrace.media.srtp.SrtpKeys;
import dev.millrace.media.srtp.SrtpProfile;
import java.io.IOException;
import java.util.Arrays;
import java.util.Hashtable;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.jspecify.annotations.Nullable;

/** The use_srtp extension and what it yields (RFC 5764 sections 4.1 and 4.2); lives on the handshake's thread. */
final class SrtpKeying {
    private static final String EXPORTER = "EXTRACTOR-dtls_srtp";

    private @Nullable SrtpProfile profile;

    /** The client's list, in our order of preference. */
    @SuppressWarnings({"rawtypes", "JdkObsolete"}) // Bouncy Castle's signature
    static void offer(Hashtable extensions) throws IOException {
        int[] codes =
                Arrays.stream(SrtpProfile.values()).mapToInt(SrtpProfile::code).toArray();
        TlsSRTPUtils.addUseSRTPExtension(extensions, new UseSRTPData(codes, TlsUtils.EMPTY_BYTES));
    }

    /** Server: picks our favourite among what the client offers. */
    @SuppressWarnings({"rawtypes", "JdkObsolete"})
    void choose(Hashtable clientExtensions) throws IOException {
        UseSRTPData offered = TlsSRTPUtils.getUseSRTPExtension(clientExtensions);
        for (SrtpProfile candidate : SrtpProfile.values()) {
            if (offered != null && contains(offered.getProtectionProfiles(), candidate.code())) {
                profile = candidate;
                return;
            }
        }
        throw new TlsFatalAlert(AlertDescription.handshake_failure, "no SRTP profile in common");
    }

    /** Server: says which one. */
    @SuppressWarnings({"rawtypes", "JdkObsolete"})
    void answer(Hashtable serverExtensions) throws IOException {
        int[] chosen = {chosen().code()};
        TlsSRTPUtils.addUseSRTPExtension(serverExtensions, new UseSRTPData(chosen, TlsUtils.EMPTY_BYTES));
    }

    /** Client: takes what the server chose. */
    @SuppressWarnings({"rawtypes", "JdkObsolete"})
    void accept(Hashtable serverExtensions) throws IOException {
        UseSRTPData answer = TlsSRTPUtils.getUseSRTPExtension(serverExtensions);
        int[] codes = answer == null ? new int[0] : answer.getProtectionProfiles();
        for (SrtpProfile candidate : SrtpProfile.values()) {
            if (codes.length == 1 && codes[0] == candidate.code()) {
                profile = candidate;
                return;
            }
        }
        throw new TlsFatalAlert(AlertDescription.handshake_failure, "no SRTP profile in common");
    }

    /** The exported keys by direction: client's key, server's key, client's salt, server's salt. */
    SrtpKeys export(TlsContext context, DtlsRole role) throws IOException {
        SrtpProfile chosen = chosen();
        int key = chosen.keyLength();
        int salt = chosen.saltLength();
        byte[] all = context.exportKeyingMaterial(EXPORTER, null, 2 * (key + salt));
        byte[] clientKey = Arrays.copyOfRange(all, 0, key);
        byte[] serverKey = Arrays.copyOfRange(all, key, 2 * key);
        byte[] clientSalt = Arrays.copyOfRange(all, 2 * key, 2 * key + salt);
        byte[] serverSalt = Arrays.copyOfRange(all, 2 * key + salt, 2 * (key + salt));
        Arrays.fill(all, (byte) 0);
        return switch (role) {
            case CLIENT -> new SrtpKeys(chosen, clientKey, clientSalt, serverKey, serverSalt);
            case SERVER -> new SrtpKeys(chosen, serverKey, serverSalt, clientKey, clientSalt);
        };
    }

    private SrtpProfile chosen() throws IOException {
        if (profile == null) {
            throw new TlsFatalAlert(AlertDescription.missing_extension, "no use_srtp");
        }
        return profile;
    }

    private static boolean contains(int[] codes, int code) {
        for (int offered : codes) {
            if (offered == code) {
                return true;
            }
        }
        return false;
    }
}
