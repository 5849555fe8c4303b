package dev.millrace.perf.load;

import dev.millrace.perf.load.LoadPlan.Audience;

/** What makes no sense is said before anything is done. */
final class Preconditions {
    /** Of the JVM, its jars, selectors and files; and HTTP connections that are kept for a while. */
    private static final long OTHER_DESCRIPTORS = 300;

    /** A player by segments has a connection a track, and one for playlists. */
    private static final int CONNECTIONS_BY_SEGMENTS = 4;

    private static final int MOST_LOOPS = 64;

    private Preconditions() {}

    static void check(LoadPlan plan) {
        check(plan, Machine.descriptors());
    }

    static void check(LoadPlan plan, long descriptors) {
        Audience audience = plan.audience();
        notNegative("--publishers", audience.publishers());
        notNegative("--viewers", audience.viewers());
        notNegative("--hls", audience.hls());
        notNegative("--ll-hls", audience.llHls());
        notNegative("--dash", audience.dash());
        require(
                audience.viewers() + audience.bySegments() > 0,
                "nobody would watch: --viewers is 0, and so are --hls, --ll-hls and --dash");
        require(audience.rampPerS() > 0, "--ramp is 0: nobody would ever come");
        require(audience.holdS() > 0 || audience.untilSaturated(), "--hold is 0: there would be nothing to measure");
        require(plan.media().audioOnly() || plan.media().bitrateBps() >= 10_000, "--bitrate is below 10k");
        double pacing = plan.media().pacing();
        require(pacing == 0 || pacing >= 1, "--pacing slower than the pictures come: 0 or 1 and more");
        require(
                !plan.media().audioOnly() || !plan.media().simulcast(),
                "--simulcast and --audio-only exclude each other");
        require(audience.atOnce() > 0, "--at-once is 0: nobody could join");
        require(audience.decryptEvery() > 0, "--decrypt-every is at least 1, which is all of them");
        require(audience.loops() > 0 && audience.loops() <= MOST_LOOPS, "--loops is from 1 to " + MOST_LOOPS);
        require(plan.limits().windowS() >= 0.1, "--window is at least 100ms");
        require(audience.churnPerS() == 0 || audience.viewers() > 0, "--churn needs viewers who stay: --viewers is 0");
        require(audience.churnPerS() == 0 || audience.churnStayS() > 0, "--churn-stay is 0: nobody would be there");
        require(audience.censusEveryS() == 0 || audience.censusEveryS() >= 1, "--census is every second at most");
        require(!audience.untilSaturated() || audience.viewers() > 0, "--until-saturated needs viewers by WebRTC");
        checkAddresses(plan);
        checkDescriptors(audience, descriptors);
    }

    private static void notNegative(String option, int value) {
        require(value >= 0, option + " is " + value + ": it counts people");
    }

    private static void checkAddresses(LoadPlan plan) {
        Audience audience = plan.audience();
        Target.Addresses addresses = plan.target().addresses();
        require(
                !addresses.hls().isEmpty() || audience.hls() + audience.llHls() == 0,
                "no HLS address is known of --server " + plan.target().server() + ": --hls-url gives one");
        require(
                !addresses.dash().isEmpty() || audience.dash() == 0,
                "no DASH address is known of --server " + plan.target().server() + ": --dash-url gives one");
        if (audience.publishers() > 1) {
            boolean each = addresses.whip().contains("{stream}")
                    || plan.target().publishToken().contains("{stream}");
            require(each, "with several publishers --whip must hold {stream}, or they would push each other out");
        }
    }

    private static void checkDescriptors(Audience audience, long limit) {
        long needed = (long) audience.publishers()
                + (audience.untilSaturated() ? 0 : audience.viewers())
                + (long) (audience.churnPerS() * audience.churnStayS())
                + 2L * audience.atOnce()
                + (long) CONNECTIONS_BY_SEGMENTS * audience.bySegments()
                + OTHER_DESCRIPTORS;
        require(
                needed <= limit,
                "this needs about " + needed + " file descriptors, a socket for each viewer, and " + limit
                        + " are allowed: raise the limit with \"ulimit -n " + roundedUp(needed)
                        + "\" in this shell, or let fewer come");
    }

    private static long roundedUp(long value) {
        return Math.max(4096, Long.highestOneBit(value) * 2);
    }

    private static void require(boolean fulfilled, String sentence) {
        if (!fulfilled) {
            throw LoadException.usage(sentence);
        }
    }
}
