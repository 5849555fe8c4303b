package dev.millrace.media.sdp;

/**
 * What a viewer's packets are named by: one CNAME and one stream for both tracks, so that they stay in sync.
 *
 * @param cname RTCP canonical name
 * @param streamId id of the MediaStream both tracks belong to (RFC 8830)
 * @param audioSsrc of the audio
 * @param videoSsrc of the video
 * @param videoRtxSsrc of the video's retransmissions
 */
public record LocalSources(String cname, String streamId, int audioSsrc, int videoSsrc, int videoRtxSsrc) {}
