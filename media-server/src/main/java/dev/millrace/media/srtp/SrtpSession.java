package dev.millrace.media.srtp;

import dev.millrace.media.rtp.BigEndian;
import java.security.GeneralSecurityException;
import org.jitsi.srtp.SrtcpCryptoContext;
import org.jitsi.srtp.SrtpContextFactory;
import org.jitsi.srtp.SrtpCryptoContext;
import org.jitsi.srtp.SrtpErrorStatus;
import org.jitsi.srtp.SrtpPolicy;
import org.jitsi.srtp.crypto.Aes;
import org.jitsi.srtp.utils.SrtpPacketUtils;
import org.jspecify.annotations.Nullable;

/**
 * Protects and opens the RTP and RTCP packets of one peer (RFC 3711, RFC 7714); owned by the peer's event loop.
 *
 * <p>Works in place. Protecting needs {@link #MAX_TRAILER_LENGTH} bytes of room behind the packet. Our own code allocates
 * nothing per packet; what the ciphers allocate is in docs/srtp.md.
 */
public final class SrtpSession {
    /** The packet was seen before, or is too old to tell; when protecting: this number has been used. */
    public static final int REPLAYED = -1;

    /** The tag does not fit; everything cryptographic that fails looks like this. */
    public static final int AUTH_FAILED = -2;

    /** Too short to be what it claims to be. */
    public static final int MALFORMED = -3;

    /** More sources (SSRCs) in one direction than {@link #MAX_SOURCES}. */
    public static final int TOO_MANY_SOURCES = -4;

    /** Could not be encrypted; must not be sent. */
    public static final int PROTECT_FAILED = -5;

    /** Sources a direction may have before new ones are refused: several publications with simulcast and RTX fit. */
    public static final int MAX_SOURCES = 64;

    /** What protecting adds at most: a 16 byte tag and 4 bytes of SRTCP index, rounded up. */
    public static final int MAX_TRAILER_LENGTH = 32;

    private static final int SRTCP_INDEX_LENGTH = 4;
    private static final int SRTCP_HEADER_LENGTH = 8;
    private static final int SHA1_KEY_LENGTH = 20;

    private final boolean tagBeforeIndex;
    private final int tagLength;
    private final SrtpContextFactory sending;
    private final SrtpContextFactory receiving;
    private final SourceTable<SendSource> sendSources = new SourceTable<>();
    private final SourceTable<ReceiveSource> receiveSources = new SourceTable<>();
    private final SourceTable<SrtcpCryptoContext> controlSendSources = new SourceTable<>();
    private final SourceTable<SrtcpCryptoContext> controlReceiveSources = new SourceTable<>();
    private final PacketSlice slice = new PacketSlice();

    /**
     * A context that waits for the first genuine packet of a new source. Contexts differ by key only, and one that
     * failed is as good as new, so that a flood of made-up SSRCs costs no key derivations and no memory.
     */
    private @Nullable ReceiveSource spare;

    private @Nullable SrtcpCryptoContext controlSpare;

    private SrtpSession(SrtpKeys keys) {
        SrtpPolicy policy = policy(keys.profile());
        SrtpPolicy controlPolicy = policy(keys.profile());
        tagBeforeIndex = keys.profile() == SrtpProfile.AEAD_AES_128_GCM;
        tagLength = keys.profile().tagLength();
        sending = new SrtpContextFactory(
                true, keys.localKey(), keys.localSalt(), policy, controlPolicy, SilentLogger.INSTANCE);
        receiving = new SrtpContextFactory(
                false, keys.remoteKey(), keys.remoteSalt(), policy, controlPolicy, SilentLogger.INSTANCE);
    }

    private static SrtpPolicy policy(SrtpProfile profile) {
        SrtpPolicy policy =
                switch (profile) {
                    case AEAD_AES_128_GCM ->
                        new SrtpPolicy(
                                SrtpPolicy.AESGCM_ENCRYPTION,
                                profile.keyLength(),
                                SrtpPolicy.NULL_AUTHENTICATION,
                                0,
                                profile.tagLength(),
                                profile.saltLength());
                    case AES128_CM_HMAC_SHA1_80 ->
                        new SrtpPolicy(
                                SrtpPolicy.AESCM_ENCRYPTION,
                                profile.keyLength(),
                                SrtpPolicy.HMACSHA1_AUTHENTICATION,
                                SHA1_KEY_LENGTH,
                                profile.tagLength(),
                                profile.saltLength());
                };
        // ReplayWindow does both, wider.
        policy.setReceiveReplayEnabled(false);
        policy.setSendReplayEnabled(false);
        return policy;
    }

    /** Chooses and loads the ciphers; call once at boot, or the first session waits for it. */
    public static void warmUp() {
        Boot.ensure();
    }

    private static void loadCiphers() {
        // Without this jitsi-srtp spends 3 s comparing providers, of which this one wins.
        Aes.setFactoryClassName("org.jitsi.srtp.crypto.Aes$SunJCECipherFactory");
        for (SrtpProfile profile : SrtpProfile.values()) {
            byte[] key = new byte[profile.keyLength()];
            byte[] salt = new byte[profile.saltLength()];
            SrtpSession session = new SrtpSession(new SrtpKeys(profile, key, salt, key, salt));
            byte[] packet = new byte[12 + MAX_TRAILER_LENGTH];
            packet[0] = (byte) 0x80;
            session.unprotectRtp(packet, 0, session.protectRtp(packet, 0, 12));
        }
    }

    /** A session for the keys of one DTLS handshake. */
    public static SrtpSession create(SrtpKeys keys) {
        Boot.ensure();
        return new SrtpSession(keys);
    }

    /**
     * Encrypts an RTP packet in place.
     *
     * <p>Refuses ({@link #REPLAYED}) a sequence number this source already used, or one more than 1,024 behind: a second,
     * different packet under the same number would give the key stream away. To send the very same bytes once more there
     * is {@link #protectRtpAgain}. A source had better start below 32768, or the receiver may guess the first cycle
     * wrong when packets change places (RFC 3711 section 3.3.1).
     *
     * @return the new length, or a negative code
     */
    public int protectRtp(byte[] b, int off, int len) {
        slice.wrap(b, off, len);
        if (!SrtpPacketUtils.validatePacketLength(slice, 0)) {
            return MALFORMED;
        }
        if (slice.tailroom() < tagLength) {
            return PROTECT_FAILED;
        }
        try {
            int ssrc = BigEndian.i32(b, off + 8);
            SendSource source = sendSources.get(ssrc);
            if (source == null) {
                if (sendSources.isFull()) {
                    return TOO_MANY_SOURCES;
                }
                source = new SendSource(ssrc, sending);
                sendSources.put(ssrc, source);
            }
            SrtpCryptoContext context = source.forNew(BigEndian.u16(b, off + 2));
            return context == null ? REPLAYED : protect(context, len);
        } catch (GeneralSecurityException e) {
            return PROTECT_FAILED;
        }
    }

    /**
     * Encrypts a packet that was protected before, for a plain retransmission; it must be byte for byte the same, header
     * extensions too. Costs a key derivation if it is the same packet as the last time.
     *
     * @return the new length, or a negative code
     */
    public int protectRtpAgain(byte[] b, int off, int len) {
        slice.wrap(b, off, len);
        if (!SrtpPacketUtils.validatePacketLength(slice, 0)) {
            return MALFORMED;
        }
        SendSource source = sendSources.get(BigEndian.i32(b, off + 8));
        if (source == null || slice.tailroom() < tagLength) {
            return PROTECT_FAILED;
        }
        try {
            return protect(source.forRepeated(BigEndian.u16(b, off + 2)), len);
        } catch (GeneralSecurityException e) {
            return PROTECT_FAILED;
        }
    }

    private int protect(SrtpCryptoContext context, int len) throws GeneralSecurityException {
        SrtpErrorStatus status = context.transformPacket(slice);
        // jitsi-srtp says OK even when the GCM cipher refused: then the packet is still plain, and has no tag.
        return status == SrtpErrorStatus.OK && slice.getLength() == len + tagLength
                ? slice.getLength()
                : PROTECT_FAILED;
    }

    /** Checks and decrypts an SRTP packet in place; answers the new length or a negative code. */
    public int unprotectRtp(byte[] b, int off, int len) {
        slice.wrap(b, off, len);
        if (!SrtpPacketUtils.validatePacketLength(slice, tagLength) || (b[off] & 0xc0) != 0x80) {
            return MALFORMED;
        }
        int ssrc = BigEndian.i32(b, off + 8);
        try {
            ReceiveSource known = receiveSources.get(ssrc);
            ReceiveSource source = known != null ? known : spare();
            long index = source.seen.indexOf(BigEndian.u16(b, off + 2));
            if (!source.seen.accepts(index)) {
                return REPLAYED;
            }
            if (known == null && receiveSources.isFull()) {
                return TOO_MANY_SOURCES;
            }
            int opened = opened(source.context.reverseTransformPacket(slice, false));
            if (opened < 0) {
                return opened;
            }
            source.seen.add(index);
            if (known == null) {
                receiveSources.put(ssrc, source);
                spare = null;
            }
            return opened;
        } catch (GeneralSecurityException e) {
            return AUTH_FAILED;
        }
    }

    private ReceiveSource spare() throws GeneralSecurityException {
        ReceiveSource source = spare;
        if (source == null) {
            source = new ReceiveSource(receiving.deriveContext(0, 0));
            spare = source;
        }
        return source;
    }

    /** Encrypts a compound RTCP packet in place; answers the new length or a negative code. */
    public int protectRtcp(byte[] b, int off, int len) {
        slice.wrap(b, off, len);
        if (len < SRTCP_HEADER_LENGTH) {
            return MALFORMED;
        }
        if (slice.tailroom() < tagLength + SRTCP_INDEX_LENGTH) {
            return PROTECT_FAILED;
        }
        try {
            int ssrc = BigEndian.i32(b, off + 4);
            SrtcpCryptoContext context = controlSendSources.get(ssrc);
            if (context == null) {
                if (controlSendSources.isFull()) {
                    return TOO_MANY_SOURCES;
                }
                context = sending.deriveControlContext(ssrc);
                controlSendSources.put(ssrc, context);
            }
            SrtpErrorStatus status = context.transformPacket(slice);
            boolean whole = slice.getLength() == len + tagLength + SRTCP_INDEX_LENGTH;
            return status == SrtpErrorStatus.OK && whole ? slice.getLength() : PROTECT_FAILED;
        } catch (GeneralSecurityException e) {
            return PROTECT_FAILED;
        }
    }

    /** Checks and decrypts an SRTCP packet in place; answers the new length or a negative code. */
    public int unprotectRtcp(byte[] b, int off, int len) {
        slice.wrap(b, off, len);
        if (len < SRTCP_HEADER_LENGTH + SRTCP_INDEX_LENGTH + tagLength || (b[off] & 0xc0) != 0x80) {
            return MALFORMED;
        }
        int indexAt = off + len - SRTCP_INDEX_LENGTH - (tagBeforeIndex ? 0 : tagLength);
        if (b[indexAt] >= 0) {
            return AUTH_FAILED; // E bit off: authenticated only, which DTLS-SRTP never negotiates
        }
        int ssrc = BigEndian.i32(b, off + 4);
        try {
            SrtcpCryptoContext known = controlReceiveSources.get(ssrc);
            SrtcpCryptoContext context = known != null ? known : controlSpare();
            if (known == null && controlReceiveSources.isFull()) {
                return TOO_MANY_SOURCES;
            }
            int opened = opened(context.reverseTransformPacket(slice));
            if (opened >= 0 && known == null) {
                controlReceiveSources.put(ssrc, context);
                controlSpare = null;
            }
            return opened;
        } catch (GeneralSecurityException e) {
            return AUTH_FAILED;
        }
    }

    private SrtcpCryptoContext controlSpare() throws GeneralSecurityException {
        SrtcpCryptoContext context = controlSpare;
        if (context == null) {
            context = receiving.deriveControlContext(0);
            controlSpare = context;
        }
        return context;
    }

    private int opened(SrtpErrorStatus status) {
        return switch (status) {
            case OK -> slice.getLength();
            case REPLAY_FAIL, REPLAY_OLD -> REPLAYED;
            case INVALID_PACKET -> MALFORMED;
            case AUTH_FAIL, FAIL -> AUTH_FAILED;
        };
    }

    /** Loads the ciphers once, whoever comes first. */
    private static final class Boot {
        static {
            loadCiphers();
        }

        static void ensure() {}
    }
}
