package dev.millrace.media.srtp;

import org.jitsi.service.neomedia.RawPacket;

/**
 * The bytes of one packet as jitsi-srtp wants to see them: libjitsi's packet, laid over a new range for every packet of
 * a session instead of being made anew.
 */
final class PacketSlice extends RawPacket {
    PacketSlice() {
        super(new byte[0], 0, 0);
    }

    PacketSlice wrap(byte[] b, int off, int len) {
        // Setting an array makes an object, and a loop has but two: so only when it is another one.
        if (getBuffer() != b) {
            setBuffer(b);
        }
        setOffset(off);
        setLength(len);
        return this;
    }

    /** Room behind the packet, in bytes. */
    int tailroom() {
        return getBuffer().length - getOffset() - getLength();
    }

    /** Also for RTCP, which the packet class would judge by the rules of RTP. */
    @Override
    public boolean isInvalid() {
        return getOffset() < 0 || getLength() <= 0 || tailroom() < 0;
    }

    /** Does nothing: the session has checked that there is room, and the array cannot change hands. */
    @Override
    public void grow(int howMuch) {}
}
