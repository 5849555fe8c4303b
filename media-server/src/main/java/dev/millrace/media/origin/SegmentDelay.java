package dev.millrace.media.origin;

/**
 * What the way through playlists takes.
 *
 * @param partNs how long a part is about
 * @param packagedNs from the capture of a part's last picture or sound, less the least way of the network, until the part
 *     is shown, lately; -1 before the first
 * @param partHoldBackNs how far behind the newest part players stay that take parts (LL-HLS and LL-DASH alike)
 * @param holdBackNs how far behind others stay
 */
public record SegmentDelay(long partNs, long packagedNs, long partHoldBackNs, long holdBackNs) {}
