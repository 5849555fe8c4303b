package dev.millrace.media.dtls;

/** Who sends the ClientHello (RFC 8842): {@code setup:active} is the client. */
public enum DtlsRole {
    CLIENT,
    SERVER
}
