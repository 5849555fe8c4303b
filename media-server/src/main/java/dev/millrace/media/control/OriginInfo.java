package dev.millrace.media.control;

import java.util.List;

/**
 * How a stream fares with the audience behind caches.
 *
 * @param problem what is wrong and what to do about it, as a sentence; empty if nothing is
 * @param tracks what players are offered
 * @param seekableMs how far back they can go
 * @param held requests that wait for something to be made
 * @param dvr why the DVR window is not kept now, as a sentence; empty if it is, or there is none
 * @param transcoder what there is to make AAC and smaller pictures, as a sentence
 * @param hls players that fetched by HLS in the last seconds
 * @param dash players that fetched by DASH in the last seconds
 */
public record OriginInfo(
        OriginState state,
        String problem,
        List<OriginTrack> tracks,
        long seekableMs,
        int held,
        String dvr,
        String transcoder,
        int hls,
        int dash) {
    public OriginInfo {
        tracks = List.copyOf(tracks);
    }

    /** The same, with how many watch. */
    public OriginInfo watchedBy(int byHls, int byDash) {
        return new OriginInfo(state, problem, tracks, seekableMs, held, dvr, transcoder, byHls, byDash);
    }

    /** The same, with what is wrong with the window that all streams share a store for. */
    public OriginInfo withDvr(String other) {
        return new OriginInfo(state, problem, tracks, seekableMs, held, other, transcoder, hls, dash);
    }

    /** What becomes of a stream: IDLE until it is fetched. */
    public enum OriginState {
        /** Nothing is packaged. To STARTING with a request, or with a recording. */
        IDLE,
        /** Nothing can be played yet. To LIVE, or to HALTED. */
        STARTING,
        /** It goes on. To HALTED, ENDED or IDLE. */
        LIVE,
        /** Nothing came for seconds, or nobody broadcasts any more. To LIVE or ENDED. */
        HALTED,
        /** The playlists say it is over. To IDLE. */
        ENDED
    }

    /**
     * One rendition.
     *
     * @param codec as RFC 6381 names it
     * @param width of pictures, else 0
     * @param height of pictures, else 0
     * @param averageBps of whole segments
     * @param segments in memory
     * @param gaps segments of these that lack something
     * @param dropped pictures or sounds that came too late, or before one to begin with
     */
    public record OriginTrack(
            String name, String codec, int width, int height, long averageBps, int segments, int gaps, long dropped) {}
}
