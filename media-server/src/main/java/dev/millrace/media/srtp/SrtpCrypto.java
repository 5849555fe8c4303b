package dev.millrace.media.srtp;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What makes a server's SRTP sessions: the JDK's ciphers, or for AES-GCM a native library that has shown to compute the
 * same. Chosen once at the start; any thread.
 */
public final class SrtpCrypto {
    private static final Logger LOG = LoggerFactory.getLogger(SrtpCrypto.class);
    private static final SrtpCrypto JAVA = new SrtpCrypto(null);

    private final @Nullable GcmLibrary library;

    SrtpCrypto(@Nullable GcmLibrary library) {
        this.library = library;
    }

    /** The JDK's ciphers. */
    public static SrtpCrypto java() {
        return JAVA;
    }

    /**
     * Looks for libraries, the fastest first, and tries what they compute; takes some tenths of a second.
     *
     * @throws IllegalStateException if {@link CryptoMode#NATIVE} was asked for and there is none; the message says what
     *     to do
     */
    public static SrtpCrypto choose(CryptoMode mode) {
        SrtpCrypto chosen =
                switch (mode) {
                    case JAVA -> JAVA;
                    case AUTO, NATIVE -> firstGood(libraries());
                };
        if (mode == CryptoMode.NATIVE && chosen == JAVA) {
            throw new IllegalStateException("media.crypto is native, but neither libIPSec_MB.so.1 nor libcrypto.so.3"
                    + " works here: install OpenSSL 3 or libipsec-mb1, or set media.crypto to auto");
        }
        return chosen;
    }

    /** Everything that works here, the fastest first, Java last; for tests and measurements. */
    public static List<SrtpCrypto> available() {
        List<SrtpCrypto> good = new ArrayList<>();
        for (GcmLibrary library : libraries()) {
            if (GcmSelfTest.passes(library)) {
                good.add(new SrtpCrypto(library));
            }
        }
        good.add(JAVA);
        return good;
    }

    private static SrtpCrypto firstGood(List<GcmLibrary> libraries) {
        for (GcmLibrary library : libraries) {
            if (GcmSelfTest.passes(library)) {
                return new SrtpCrypto(library);
            }
            LOG.warn("{} fails the self-test of AES-GCM and is not used", library.name());
        }
        return JAVA;
    }

    /** What this system has, the fastest first; nothing of it is tried yet. */
    static List<GcmLibrary> libraries() {
        List<GcmLibrary> found = new ArrayList<>();
        add(found, () -> {
            IpsecGcm library = new IpsecGcm();
            library.name();
            return library;
        });
        add(found, () -> {
            OpensslGcm library = new OpensslGcm();
            library.name();
            return library;
        });
        return found;
    }

    /** A class whose library is missing, or not what it should be, does not initialize. */
    private static void add(List<GcmLibrary> to, Supplier<GcmLibrary> library) {
        try {
            to.add(library.get());
        } catch (LinkageError | RuntimeException e) {
            LOG.debug("a library of AES-GCM is not there", e);
        }
    }

    /** A session for the keys of one DTLS handshake; to be used and closed by the calling thread. */
    public SrtpSession session(SrtpKeys keys) {
        GcmLibrary gcm = library;
        return gcm != null && keys.profile().isGcm() ? new GcmSession(gcm, keys) : JitsiSession.of(keys);
    }

    /** What encrypts AES-GCM, for people. */
    public String description() {
        return library == null ? "Java" : library.name();
    }

    /** Whether a native library is at work. */
    public boolean isNative() {
        return library != null;
    }
}
