package dev.millrace.media.chat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Who came and went and how many watch, told at most once a second and only when it changed. Owned by the chat thread. */
final class Presence {
    static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    /** Names each way in one message; the others are counted. */
    private static final int MOST_NAMES = 8;

    private final Set<Participant> joined = new LinkedHashSet<>();
    private final Set<Participant> left = new LinkedHashSet<>();
    private Viewers viewers = Viewers.NOBODY;
    private Viewers told = Viewers.NOBODY;
    private long toldNs;
    private boolean toldEver;
    private long dueNs = Long.MAX_VALUE;

    void joined(Participant who, long nowNs) {
        if (who.named() && !left.remove(who)) {
            joined.add(who);
        }
        changed(nowNs);
    }

    void left(Participant who, long nowNs) {
        if (who.named() && !joined.remove(who)) {
            left.add(who);
        }
        changed(nowNs);
    }

    void viewers(Viewers now, long nowNs) {
        viewers = now;
        changed(nowNs);
    }

    Viewers viewers() {
        return viewers;
    }

    long dueNs() {
        return dueNs;
    }

    /** For a newcomer: without names. */
    Parcel now() {
        return Wire.presence(viewers, List.of(), List.of(), 0);
    }

    /** Nobody is there to be told. */
    void forget() {
        joined.clear();
        left.clear();
        told = viewers;
        dueNs = Long.MAX_VALUE;
    }

    /** News for all; null when nothing is due. */
    @Nullable
    Parcel take(long nowNs) {
        if (nowNs < dueNs) {
            return null;
        }
        List<String> names = new ArrayList<>();
        List<String> gone = new ArrayList<>();
        int more = names(joined, names) + names(left, gone);
        Parcel news = Wire.presence(viewers, names, gone, more);
        forget();
        toldNs = nowNs;
        toldEver = true;
        return news;
    }

    private void changed(long nowNs) {
        if (joined.isEmpty() && left.isEmpty() && viewers.equals(told)) {
            dueNs = Long.MAX_VALUE;
        } else if (dueNs == Long.MAX_VALUE) {
            dueNs = toldEver ? Math.max(nowNs, toldNs + INTERVAL_NS) : nowNs;
        }
    }

    private static int names(Set<Participant> people, List<String> names) {
        for (Participant one : people) {
            if (names.size() == MOST_NAMES) {
                break;
            }
            names.add(one.name());
        }
        return people.size() - names.size();
    }
}
