package dev.millrace.media.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One stream as the API shows it.
 *
 * @param live whether a publisher's media flows
 * @param liveSinceMs when it went live, epoch milliseconds, 0 while idle
 * @param publisher the publishing session, null when there is none
 * @param tracks what is published
 * @param warnings what the broadcaster should set otherwise
 * @param viewers the connected viewers' sessions and those connecting
 * @param origin how the audience behind caches fares, null when there is nothing for it
 */
public record StreamInfo(
        String name,
        boolean live,
        long liveSinceMs,
        @Nullable SessionInfo publisher,
        List<TrackInfo> tracks,
        List<StreamWarning> warnings,
        List<SessionInfo> viewers,
        @Nullable OriginInfo origin) {}
