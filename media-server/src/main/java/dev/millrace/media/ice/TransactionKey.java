package dev.millrace.media.ice;

/** A STUN transaction id (RFC 8489 section 5) as a map's key: its first 32 bits and its last 64. */
record TransactionKey(long high, long low) {
    static TransactionKey of(byte[] id) {
        return new TransactionKey(StunMessage.u32(id, 0) & 0xFFFFFFFFL, StunMessage.u64(id, 4));
    }
}
