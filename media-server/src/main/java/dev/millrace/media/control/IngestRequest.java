package dev.millrace.media.control;

/**
 * Who wants to publish elementary streams; that they may was checked before.
 *
 * @param stream a valid stream name
 * @param participant whom the token names, or a generated name; for logs and the API
 * @param protocol in small letters, as metrics and the API show it, such as {@code rtmp}
 * @param software how the encoder describes itself, empty if it does not; cut to a bearable length
 * @param remote its address and port
 */
public record IngestRequest(String stream, String participant, String protocol, String software, String remote) {
    private static final int MAX_SOFTWARE = 120;

    public IngestRequest {
        String plain = software.replaceAll("\\p{C}", "").strip();
        software = plain.substring(0, Math.min(MAX_SOFTWARE, plain.length()));
    }
}
