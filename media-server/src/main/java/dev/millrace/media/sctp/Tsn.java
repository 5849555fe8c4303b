package dev.millrace.media.sctp;

/** Transmission sequence numbers: 32 bits on the wire, unwrapped to 64 inside (RFC 9260 section 1.6). */
final class Tsn {
    private Tsn() {}

    /** The number nearest to {@code near} that ends in these 32 bits. */
    static long unwrap(int wire, long near) {
        return near + (wire - (int) near);
    }

    /** Where an association that begins with this number counts from: far enough from zero to look back. */
    static long first(int wire) {
        return (1L << 32) + (wire & 0xffff_ffffL);
    }
}
