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

/** SRTP by jitsi-srtp with the JDK's ciphers, for every profile and on every system. */
final class JitsiSession extends SrtpSession {
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

    private JitsiSession(SrtpKeys keys) {
        SrtpPolicy policy = policy(keys.profile());
        SrtpPolicy controlPolicy = policy(keys.profile());
        tagBeforeIndex = keys.profile().isGcm();
        tagLength = keys.profile().tagLength();
        sending = new SrtpContextFactory(
                true, keys.localKey(), keys.localSalt(), policy, controlPolicy, SilentLogger.INSTANCE);
        receiving = new SrtpContextFactory(
                false, keys.remoteKey(), keys.remoteSalt(), policy, controlPolicy, SilentLogger.INSTANCE);
    }

    private static SrtpPolicy policy(SrtpProfile profile) {
        SrtpPolicy policy =
                switch (profile) {
                    case AEAD_AES_128_GCM, AEAD_AES_256_GCM ->
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

    static void load() {
        Boot.ensure();
    }

    private static void loadCiphers() {
        // Without this jitsi-srtp spends 3 s comparing providers, of which this one wins.
        Aes.setFactoryClassName("org.jitsi.srtp.crypto.Aes$SunJCECipherFactory");
        for (SrtpProfile profile : SrtpProfile.values()) {
            byte[] key = new byte[profile.keyLength()];
            byte[] salt = new byte[profile.saltLength()];
            JitsiSession session = new JitsiSession(new SrtpKeys(profile, key, salt, key, salt));
            byte[] packet = new byte[12 + MAX_TRAILER_LENGTH];
            packet[0] = (byte) 0x80;
            session.unprotectRtp(packet, 0, session.protectRtp(packet, 0, 12));
        }
    }

    static JitsiSession of(SrtpKeys keys) {
        Boot.ensure();
        return new JitsiSession(keys);
    }

    @Override
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

    @Override
    public int protectRtp(byte[] b, int off, int len, long to) {
        int length = protectRtp(b, off, len);
        if (length > 0) {
            NativeRoom.write(b, off, to, length);
        }
        return length;
    }

    @Override
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

    @Override
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

    @Override
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

    @Override
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

    @Override
    public void close() {}

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
