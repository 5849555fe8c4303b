package dev.millrace.media.srtp;

import org.jitsi.utils.ByteArrayBuffer;

/** The bytes of one packet as jitsi-srtp wants to see them; reused for every packet of a session. */
final class PacketSlice implements ByteArrayBuffer {
    private byte[] buffer = new byte[0];
    private int offset;
    private int length;

    PacketSlice wrap(byte[] b, int off, int len) {
        buffer = b;
        offset = off;
        length = len;
        return this;
    }

    /** Room behind the packet, in bytes. */
    int tailroom() {
        return buffer.length - offset - length;
    }

    @Override
    public byte[] getBuffer() {
        return buffer;
    }

    @Override
    public int getOffset() {
        return offset;
    }

    @Override
    public int getLength() {
        return length;
    }

    @Override
    public void setLength(int length) {
        this.length = length;
    }

    @Override
    public void setOffset(int offset) {
        this.offset = offset;
    }

    @Override
    public boolean isInvalid() {
        return offset < 0 || length <= 0 || offset + length > buffer.length;
    }

    @Override
    public void readRegionToBuff(int off, int len, byte[] into) {
        System.arraycopy(buffer, offset + off, into, 0, len);
    }

    /** Does nothing: the session has checked that there is room, and the array cannot change hands. */
    @Override
    public void grow(int howMuch) {}

    @Override
    public void append(byte[] data, int len) {
        System.arraycopy(data, 0, buffer, offset + length, len);
        length += len;
    }

    @Override
    public void shrink(int len) {
        length -= len;
    }
}
