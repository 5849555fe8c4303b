package dev.millrace.media.sctp.wire;

import dev.millrace.media.rtp.BigEndian;
import java.util.Arrays;

/** Puts chunks into one SCTP packet (RFC 9260 section 3) of bounded size; reusable, allocates nothing. */
public final class PacketWriter {
    private final byte[] buffer;
    private final int offset;
    private final int capacity;
    private int position;
    private int chunk;

    /** Writes at {@code offset}, at most {@code capacity} bytes, a multiple of four. */
    public PacketWriter(byte[] buffer, int offset, int capacity) {
        this.buffer = buffer;
        this.offset = offset;
        this.capacity = capacity & ~3;
    }

    public PacketWriter begin(int sourcePort, int destinationPort, int verificationTag) {
        BigEndian.put16(buffer, offset, sourcePort);
        BigEndian.put16(buffer, offset + 2, destinationPort);
        BigEndian.put32(buffer, offset + 4, verificationTag);
        BigEndian.put32(buffer, offset + 8, 0);
        position = offset + PacketReader.HEADER_BYTES;
        return this;
    }

    /** Bytes of chunk value that still fit when a chunk is begun now; negative if not even its header does. */
    public int room() {
        return offset + capacity - position - PacketReader.CHUNK_HEADER_BYTES;
    }

    public boolean isEmpty() {
        return position == offset + PacketReader.HEADER_BYTES;
    }

    public PacketWriter chunk(int type, int flags) {
        chunk = position;
        buffer[position] = (byte) type;
        buffer[position + 1] = (byte) flags;
        position += PacketReader.CHUNK_HEADER_BYTES;
        return this;
    }

    public PacketWriter put16(int value) {
        BigEndian.put16(buffer, position, value);
        position += 2;
        return this;
    }

    public PacketWriter put32(int value) {
        BigEndian.put32(buffer, position, value);
        position += 4;
        return this;
    }

    public PacketWriter put64(long value) {
        BigEndian.put64(buffer, position, value);
        position += 8;
        return this;
    }

    public PacketWriter put(byte[] from, int at, int length) {
        System.arraycopy(from, at, buffer, position, length);
        position += length;
        return this;
    }

    /** Parameters and chunks end on four bytes; the padding is not part of their length. */
    public PacketWriter pad() {
        int aligned = offset + ((position - offset + 3) & ~3);
        Arrays.fill(buffer, position, aligned, (byte) 0);
        position = aligned;
        return this;
    }

    /** Writes the chunk's length and its padding. */
    public void endChunk() {
        BigEndian.put16(buffer, chunk + 2, position - chunk);
        pad();
    }

    /** The packet is complete; zeroChecksum where the peer said that it takes that (RFC 9653). Returns its length. */
    public int finish(boolean zeroChecksum) {
        int length = position - offset;
        if (!zeroChecksum) {
            BigEndian.put32(buffer, offset + 8, Checksum.of(buffer, offset, length));
        }
        return length;
    }

    public byte[] buffer() {
        return buffer;
    }

    public int offset() {
        return offset;
    }
}
