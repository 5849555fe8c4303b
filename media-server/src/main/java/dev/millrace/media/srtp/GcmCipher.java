package dev.millrace.media.srtp;

import dev.millrace.media.rtp.BigEndian;

/**
 * A session's key for RTP or RTCP in one direction, with the salt its nonces are made of (RFC 7714 sections 8.1 and 9.1).
 * All sources share it: their SSRCs are in the nonce. Owned by its session.
 *
 * <pre>
 *   0  0  0  0  0  0  0  0  0  0  1  1
 *   0  1  2  3  4  5  6  7  8  9  0  1
 * +--+--+--+--+--+--+--+--+--+--+--+--+
 * |00|00|    SSRC   |      index      |   XOR salt
 * +--+--+--+--+--+--+--+--+--+--+--+--+
 * </pre>
 */
final class GcmCipher {
    private final GcmKey key;
    private final int saltFirst;
    private final int saltSsrc;
    private final int saltUpper;
    private final int saltLower;

    GcmCipher(GcmKey key, byte[] salt) {
        this.key = key;
        saltFirst = BigEndian.u16(salt, 0);
        saltSsrc = BigEndian.i32(salt, 2);
        saltUpper = BigEndian.u16(salt, 6);
        saltLower = BigEndian.i32(salt, 8);
    }

    /** Where the packet of that index (48 bits of RTP, 31 of RTCP) gets its key stream. */
    private void nonce(long at, int ssrc, long index) {
        NativeRoom.put16(at, saltFirst);
        NativeRoom.put32(at + 2, saltSsrc ^ ssrc);
        NativeRoom.put16(at + 6, saltUpper ^ (int) (index >>> 32));
        NativeRoom.put32(at + 8, saltLower ^ (int) index);
    }

    boolean seal(NativeRoom room, int ssrc, long index, long associated, int associatedLength, long text, int length) {
        nonce(room.address(), ssrc, index);
        return key.seal(room.address(), associated, associatedLength, text, length);
    }

    boolean open(NativeRoom room, int ssrc, long index, long associated, int associatedLength, long text, int length) {
        nonce(room.address(), ssrc, index);
        return key.open(room.address(), associated, associatedLength, text, length);
    }

    void close() {
        key.close();
    }
}
