package dev.millrace.media.net;

/** How the sockets are driven. */
public enum NativeMode {
    /** FFM on Linux when the natives link, NIO otherwise. */
    AUTO,
    /** Linux system calls (recvmmsg, sendmmsg, UDP_SEGMENT) through the foreign function API, or the start fails. */
    FFM,
    /** java.nio channels, on any system. */
    NIO
}
