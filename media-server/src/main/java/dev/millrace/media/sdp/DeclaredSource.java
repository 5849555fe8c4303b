package dev.millrace.media.sdp;

/**
 * One media stream whose SSRC the offer names beforehand (RFC 5576).
 *
 * @param ssrc of the media itself
 * @param hasRtx an {@code ssrc-group:FID} names retransmissions, too
 * @param rtxSsrc SSRC of those; 0 without
 * @param cname may be empty
 */
public record DeclaredSource(int ssrc, boolean hasRtx, int rtxSsrc, String cname) {}
