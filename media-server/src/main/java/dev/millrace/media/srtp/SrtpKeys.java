package dev.millrace.media.srtp;

/**
 * The keying material a DTLS handshake leaves behind (RFC 5764 section 4.2), already told apart by direction.
 *
 * @param localKey what we protect with, {@link SrtpProfile#keyLength()} bytes
 * @param localSalt its salt, {@link SrtpProfile#saltLength()} bytes
 * @param remoteKey what the peer protects with
 * @param remoteSalt its salt
 */
@SuppressWarnings("ArrayRecordComponent") // key material; handed over once, never compared
public record SrtpKeys(SrtpProfile profile, byte[] localKey, byte[] localSalt, byte[] remoteKey, byte[] remoteSalt) {}
