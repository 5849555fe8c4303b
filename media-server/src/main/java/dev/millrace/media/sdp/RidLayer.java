package dev.millrace.media.sdp;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One simulcast encoding of a publisher, named by a restriction identifier (RFC 8851, RFC 8853).
 *
 * @param rid its name, which packets carry in a header extension
 * @param stream index of the simulcast stream; alternatives of one another share it
 * @param paused the offerer starts with it paused ({@code ~})
 * @param restrictions e.g. {@code max-width}; may be empty
 */
public record RidLayer(String rid, int stream, boolean paused, Map<String, String> restrictions) {
    public RidLayer {
        restrictions = Collections.unmodifiableMap(new LinkedHashMap<>(restrictions));
    }
}
