package dev.millrace.media.sdp;

import org.jspecify.annotations.Nullable;

/**
 * The offerer's end of the data channels' association, from the section we accepted (RFC 8841).
 *
 * @param port {@code a=sctp-port}
 * @param maxMessageBytes the longest message the offerer takes ({@code a=max-message-size}); 0 = any
 */
public record RemoteSctp(int port, int maxMessageBytes) {
    /** Who says nothing takes so much (RFC 8841 section 6.1). */
    private static final int UNSAID_BYTES = 64 * 1024;

    /** What the section says; a number that is none is an error of the offer, and so is port 0 (section 5.1). */
    static RemoteSctp read(MediaSection section) throws SdpException {
        SdpLine port = SdpLines.first(section.lines(), "sctp-port");
        SdpLine longest = SdpLines.first(section.lines(), "max-message-size");
        return new RemoteSctp(port(port), longest == null ? UNSAID_BYTES : bytes(longest));
    }

    private static int port(@Nullable SdpLine line) throws SdpException {
        int port = line == null ? -1 : SdpNumbers.parse(line.attributeValue(), 1, 65535);
        if (port < 0) {
            throw new SdpException(line == null ? 0 : line.number(), "a=sctp-port is a number from 1 to 65535");
        }
        return port;
    }

    /** Any number of digits is allowed; we send nothing that needs more than an int. */
    private static int bytes(SdpLine line) throws SdpException {
        String digits = line.attributeValue();
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new SdpException(line.number(), "a=max-message-size is a number of bytes");
        }
        int bytes = SdpNumbers.parse(digits, 0, Integer.MAX_VALUE);
        return bytes < 0 ? Integer.MAX_VALUE : bytes;
    }
}
