package dev.millrace.media.srtp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * AES-GCM by OpenSSL's libcrypto, from 3.0 on: an EVP context a key, told a new nonce for each packet.
 *
 * <p>Pointers go as longs. What runs per packet is called as critical: it takes well under a microsecond and blocks on
 * nothing.
 */
final class OpensslGcm implements GcmLibrary {
    private static final int CTRL_GET_TAG = 0x10;
    private static final int CTRL_SET_TAG = 0x11;
    private static final int OPENSSL_VERSION = 0;
    private static final int MAX_NAME_BYTES = 256;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBRARY = SymbolLookup.libraryLookup("libcrypto.so.3", Arena.global());

    private static final MethodHandle VERSION = plain("OpenSSL_version", ADDRESS, JAVA_INT);
    private static final MethodHandle FETCH = plain("EVP_CIPHER_fetch", JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG);
    private static final MethodHandle NEW = plain("EVP_CIPHER_CTX_new", JAVA_LONG);
    private static final MethodHandle FREE =
            LINKER.downcallHandle(LIBRARY.findOrThrow("EVP_CIPHER_CTX_free"), FunctionDescriptor.ofVoid(JAVA_LONG));
    private static final MethodHandle INIT =
            critical("EVP_CipherInit_ex", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle UPDATE =
            critical("EVP_CipherUpdate", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle FINAL = critical("EVP_CipherFinal_ex", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CTRL =
            critical("EVP_CIPHER_CTX_ctrl", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);

    /** Looked up once: doing so takes locks. */
    private static final long AES_128 = fetch("AES-128-GCM");

    private static final long AES_256 = fetch("AES-256-GCM");

    private static MethodHandle plain(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(LIBRARY.findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }

    private static MethodHandle critical(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LIBRARY.findOrThrow(name), FunctionDescriptor.of(result, arguments), Linker.Option.critical(false));
    }

    private static long fetch(String cipher) {
        try (Arena arena = Arena.ofConfined()) {
            long found = (long) FETCH.invokeExact(0L, arena.allocateFrom(cipher), 0L);
            if (found == 0) {
                throw new UnsupportedOperationException("libcrypto has no " + cipher);
            }
            return found;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public String name() {
        try {
            MemorySegment text = (MemorySegment) VERSION.invokeExact(OPENSSL_VERSION);
            return text.reinterpret(MAX_NAME_BYTES).getString(0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public GcmKey key(byte[] key, boolean sealing) {
        return new Key(key, sealing);
    }

    private static RuntimeException unexpected(Throwable e) {
        return e instanceof UnsupportedOperationException known
                ? known
                : new IllegalStateException("libcrypto could not be called", e);
    }

    private static final class Key implements GcmKey {
        private long context;

        Key(byte[] key, boolean sealing) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment copy = arena.allocateFrom(JAVA_BYTE, key);
                long cipher = key.length == 16 ? AES_128 : AES_256;
                context = (long) NEW.invokeExact();
                boolean ready = context != 0
                        && (int) INIT.invokeExact(context, cipher, 0L, copy.address(), 0L, sealing ? 1 : 0) == 1;
                copy.fill((byte) 0);
                if (!ready) {
                    close();
                    throw new UnsupportedOperationException("libcrypto made no context for AES-GCM");
                }
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        @Override
        public boolean seal(long room, long associated, int associatedLength, long text, int length) {
            try {
                long tag = text + length;
                return begin(room, associated, associatedLength)
                        && update(room, text, length)
                        && (int) FINAL.invokeExact(context, tag, room + NativeRoom.TAG) == 1
                        && (int) CTRL.invokeExact(context, CTRL_GET_TAG, TAG_LENGTH, tag) == 1;
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        @Override
        public boolean open(long room, long associated, int associatedLength, long text, int length) {
            try {
                long tag = text + length;
                return begin(room, associated, associatedLength)
                        && update(room, text, length)
                        && (int) CTRL.invokeExact(context, CTRL_SET_TAG, TAG_LENGTH, tag) == 1
                        && (int) FINAL.invokeExact(context, tag, room + NativeRoom.TAG) == 1;
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        /** Leaves the direction (-1) and the key as they are. */
        private boolean begin(long room, long associated, int length) throws Throwable {
            return (int) INIT.invokeExact(context, 0L, 0L, 0L, room, -1) == 1
                    && (int) UPDATE.invokeExact(context, 0L, room + NativeRoom.TAG, associated, length) == 1;
        }

        private boolean update(long room, long text, int length) throws Throwable {
            return length == 0 || (int) UPDATE.invokeExact(context, text, room + NativeRoom.TAG, text, length) == 1;
        }

        @Override
        public void close() {
            if (context != 0) {
                try {
                    FREE.invokeExact(context); // wipes it, too
                } catch (Throwable e) {
                    throw unexpected(e);
                }
                context = 0;
            }
        }
    }
}
