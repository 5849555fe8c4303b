package dev.millrace.media.chat;

/**
 * Who is connected to a stream, by one definition: players that are connected now.
 *
 * @param webrtc over WHEP
 * @param hls by HLS sessions that asked for something lately
 * @param dash as hls
 */
public record Viewers(int webrtc, int hls, int dash) {
    public static final Viewers NOBODY = new Viewers(0, 0, 0);

    public int total() {
        return webrtc + hls + dash;
    }
}
