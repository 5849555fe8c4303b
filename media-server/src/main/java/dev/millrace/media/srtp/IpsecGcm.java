package dev.millrace.media.srtp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * AES-GCM by Intel's Multi-Buffer Crypto for IPsec (libIPSec_MB.so.1): one call a packet, with the widest instructions the
 * processor has.
 *
 * <p>The calls are pointers in its manager, whose order releases of one soname keep:
 *
 * <pre>
 * IMB_MGR: 0 flags  8 features  16 reserved  64 24 pointers  256 gcm128_enc, 192, 256  280 gcm128_dec, 192, 256
 *          304 18 pointers ... 448 gcm128_pre, 192, 256
 * </pre>
 *
 * What it computes is checked before it is used, {@link GcmSelfTest}.
 */
final class IpsecGcm implements GcmLibrary {
    /** struct gcm_key_data: 15 round keys and 48 powers of the hash key, 16 bytes each, rounded up to its alignment. */
    private static final long KEY_BYTES = 1_024;

    private static final int ALIGNMENT = 64;
    private static final long TAG = TAG_LENGTH;
    private static final int MANAGER_POINTERS_END = 472;
    private static final int ENCRYPT = 256;
    private static final int DECRYPT = 280;
    private static final int PRECOMPUTE = 448;

    /** From a function's for 128 bit keys to that for 256 bits. */
    private static final int TO_256 = 16;

    private static final int VERSION_1 = 0x01_00_00;
    private static final int VERSION_2 = 0x02_00_00;
    private static final int MAX_NAME_BYTES = 256;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBRARY = SymbolLookup.libraryLookup("libIPSec_MB.so.1", Arena.global());
    private static final MemorySegment MANAGER = manager();

    private static final MethodHandle ENCRYPT_128 = crypt(ENCRYPT);
    private static final MethodHandle ENCRYPT_256 = crypt(ENCRYPT + TO_256);
    private static final MethodHandle DECRYPT_128 = crypt(DECRYPT);
    private static final MethodHandle DECRYPT_256 = crypt(DECRYPT + TO_256);
    private static final MethodHandle PRECOMPUTE_128 = precompute(PRECOMPUTE);
    private static final MethodHandle PRECOMPUTE_256 = precompute(PRECOMPUTE + TO_256);

    private static MemorySegment manager() {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle version =
                    LINKER.downcallHandle(LIBRARY.findOrThrow("imb_get_version"), FunctionDescriptor.of(JAVA_INT));
            int found = (int) version.invokeExact();
            if (found < VERSION_1 || found >= VERSION_2) {
                throw new UnsupportedOperationException("not its version 1");
            }
            MethodHandle allocate = LINKER.downcallHandle(
                    LIBRARY.findOrThrow("alloc_mb_mgr"), FunctionDescriptor.of(ADDRESS, JAVA_LONG));
            MemorySegment made = (MemorySegment) allocate.invokeExact(0L);
            if (made.address() == 0) {
                throw new UnsupportedOperationException("no memory for its manager");
            }
            MethodHandle choose = LINKER.downcallHandle(
                    LIBRARY.findOrThrow("init_mb_mgr_auto"), FunctionDescriptor.ofVoid(ADDRESS, ADDRESS));
            choose.invokeExact(made, arena.allocate(JAVA_INT));
            return made.reinterpret(MANAGER_POINTERS_END);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static MethodHandle crypt(long offset) {
        return LINKER.downcallHandle(
                MANAGER.get(ADDRESS, offset),
                FunctionDescriptor.ofVoid(
                        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                        JAVA_LONG, JAVA_LONG),
                Linker.Option.critical(false));
    }

    private static MethodHandle precompute(long offset) {
        return LINKER.downcallHandle(
                MANAGER.get(ADDRESS, offset),
                FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG),
                Linker.Option.critical(true));
    }

    private static RuntimeException unexpected(Throwable e) {
        return e instanceof UnsupportedOperationException known
                ? known
                : new IllegalStateException("libIPSec_MB could not be called", e);
    }

    @Override
    public String name() {
        try {
            MethodHandle version =
                    LINKER.downcallHandle(LIBRARY.findOrThrow("imb_get_version_str"), FunctionDescriptor.of(ADDRESS));
            MemorySegment text = (MemorySegment) version.invokeExact();
            return "ipsec-mb " + text.reinterpret(MAX_NAME_BYTES).getString(0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    public GcmKey key(byte[] key, boolean sealing) {
        return new Key(key);
    }

    private static final class Key implements GcmKey {
        private final Arena arena = Arena.ofConfined();
        private final boolean is256;
        private final MemorySegment memory;
        private final long expanded;
        private boolean closed;

        Key(byte[] key) {
            is256 = key.length == 32;
            memory = arena.allocate(KEY_BYTES, ALIGNMENT);
            expanded = memory.address();
            try {
                MethodHandle call = is256 ? PRECOMPUTE_256 : PRECOMPUTE_128;
                call.invokeExact(MemorySegment.ofArray(key), expanded);
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        /** struct gcm_context_data, 88 bytes, needs no more life than a call: it is in the room. */
        @Override
        public boolean seal(long room, long associated, int associatedLength, long text, int length) {
            long bytes = length;
            long head = associatedLength;
            long own = room + NativeRoom.OWN;
            try {
                if (is256) {
                    ENCRYPT_256.invokeExact(
                            expanded, own, text, text, bytes, room, associated, head, text + length, TAG);
                } else {
                    ENCRYPT_128.invokeExact(
                            expanded, own, text, text, bytes, room, associated, head, text + length, TAG);
                }
                return true;
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        @Override
        public boolean open(long room, long associated, int associatedLength, long text, int length) {
            long bytes = length;
            long head = associatedLength;
            long own = room + NativeRoom.OWN;
            long tag = room + NativeRoom.TAG;
            try {
                if (is256) {
                    DECRYPT_256.invokeExact(expanded, own, text, text, bytes, room, associated, head, tag, TAG);
                } else {
                    DECRYPT_128.invokeExact(expanded, own, text, text, bytes, room, associated, head, tag, TAG);
                }
            } catch (Throwable e) {
                throw unexpected(e);
            }
            // Both halves whatever the first says: how long it takes must not tell where they differ.
            long wrong = NativeRoom.long64(tag) ^ NativeRoom.long64(text + length);
            return (wrong | (NativeRoom.long64(tag + 8) ^ NativeRoom.long64(text + length + 8))) == 0;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                memory.fill((byte) 0);
                arena.close();
            }
        }
    }
}
