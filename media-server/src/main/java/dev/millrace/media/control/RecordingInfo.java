package dev.millrace.media.control;

import java.util.List;

/**
 * One recording as the API shows it.
 *
 * @param id at least 128 random bits, safe in a URL
 * @param state {@code recording} or {@code finished}
 * @param detail a sentence if something is wrong with it, otherwise empty
 * @param startedMs epoch milliseconds
 * @param endedMs epoch milliseconds, 0 while it goes on
 * @param bytes on disk, without the MP4
 * @param mp4 {@code ready}, {@code making}, {@code none} or {@code failed}
 * @param tracks what there is; empty while it goes on
 */
public record RecordingInfo(
        String id,
        String stream,
        String state,
        String detail,
        long startedMs,
        long endedMs,
        long durationMs,
        long bytes,
        String mp4,
        List<RecordedTrack> tracks) {
    public RecordingInfo {
        tracks = List.copyOf(tracks);
    }

    /**
     * A rendition of it.
     *
     * @param codec as RFC 6381 names it
     * @param width 0 for sound
     */
    public record RecordedTrack(String name, String codec, int width, int height, long averageBps) {}

    public RecordingInfo withMp4(String otherState) {
        return new RecordingInfo(id, stream, state, detail, startedMs, endedMs, durationMs, bytes, otherState, tracks);
    }
}
