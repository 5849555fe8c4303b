package dev.millrace.media.playlist;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Durations and dates as playlists write them. */
final class Numbers {
    static final long NS_PER_S = 1_000_000_000L;

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Numbers() {}

    /** Seconds to the microsecond, without an exponent. */
    static String seconds(long ns) {
        long micros = (ns + 500) / 1000;
        return micros / 1_000_000 + String.format(Locale.ROOT, ".%06d", micros % 1_000_000);
    }

    /** To the millisecond, in UTC. */
    static String date(long unixNs) {
        return DATE.format(Instant.ofEpochSecond(Math.floorDiv(unixNs, NS_PER_S), Math.floorMod(unixNs, NS_PER_S)));
    }
}
