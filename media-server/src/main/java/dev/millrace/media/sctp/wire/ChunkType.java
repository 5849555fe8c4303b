package dev.millrace.media.sctp.wire;

/** Types of chunks WebRTC uses (RFC 9260 section 3.2, RFC 3758, RFC 6525). */
public final class ChunkType {
    public static final int DATA = 0;
    public static final int INIT = 1;
    public static final int INIT_ACK = 2;
    public static final int SACK = 3;
    public static final int HEARTBEAT = 4;
    public static final int HEARTBEAT_ACK = 5;
    public static final int ABORT = 6;
    public static final int SHUTDOWN = 7;
    public static final int SHUTDOWN_ACK = 8;
    public static final int ERROR = 9;
    public static final int COOKIE_ECHO = 10;
    public static final int COOKIE_ACK = 11;
    public static final int SHUTDOWN_COMPLETE = 14;
    public static final int RE_CONFIG = 130;
    public static final int FORWARD_TSN = 192;

    /** Highest two bits of an unknown type: whether to go on with the packet (section 3.2). */
    private static final int GO_ON = 0x80;

    private ChunkType() {}

    /** Whether the chunks behind one of a type nobody knows are still to be read. */
    public static boolean skipsWhenUnknown(int type) {
        return (type & GO_ON) != 0;
    }
}
