package dev.millrace.media.chat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who is muted or banned in a room and how slow it is; kept over restarts. Owned by the chat thread. */
final class Moderation {
    /** Of one kind in one stream; the first to end gives way. Ten thousand are a job for tokens, not for bans. */
    private static final int MOST_VERDICTS = 10_000;

    /** All of one kind, found by participant or by token. */
    private static final class Verdicts {
        private final Map<String, Verdict> byWho = new LinkedHashMap<>();
        private final Map<String, Verdict> byToken = new HashMap<>();

        void add(Verdict verdict) {
            byWho.put(verdict.who(), verdict);
            if (verdict.token() != null) {
                byToken.put(verdict.token(), verdict);
            }
        }

        void remove(Verdict verdict) {
            byWho.remove(verdict.who());
            if (verdict.token() != null && byToken.remove(verdict.token(), verdict)) {
                byWho.values().stream()
                        .filter(other -> verdict.token().equals(other.token()))
                        .findAny()
                        .ifPresent(other -> byToken.put(verdict.token(), other));
            }
        }
    }

    private final ChatStore store;
    private final MessageLog log;
    private final Map<Verdict.Kind, Verdicts> verdicts = new EnumMap<>(Verdict.Kind.class);
    private long slowSeconds;

    Moderation(ChatStore store, MessageLog log) {
        this.store = store;
        this.log = log;
        if (log.number() != 0) {
            store.verdicts(log.number()).forEach(verdict -> of(verdict.kind()).add(verdict));
            slowSeconds = store.slowSeconds(log.number());
        }
    }

    long slowSeconds() {
        return slowSeconds;
    }

    void slow(long seconds) {
        slowSeconds = seconds;
        store.slowSeconds(log.numbered(), seconds);
    }

    /** Bans have no end but being taken back, so that no clock is asked. */
    boolean bans(Participant who) {
        return against(who, Verdict.Kind.BAN, 0) != null;
    }

    /** What holds against a participant or their token, null for nothing. */
    @Nullable
    Verdict against(Participant who, Verdict.Kind kind, long epochMs) {
        Verdict byWho = of(kind).byWho.get(who.id());
        if (byWho != null && byWho.holds(epochMs)) {
            return byWho;
        }
        Verdict byToken = who.token() == null ? null : of(kind).byToken.get(who.token());
        return byToken != null && byToken.holds(epochMs) ? byToken : null;
    }

    /** Whatever was passed on an id, whether it still holds or not. */
    @Nullable
    Verdict anyOf(String id) {
        for (Verdicts some : verdicts.values()) {
            Verdict verdict = some.byWho.get(id);
            if (verdict != null) {
                return verdict;
            }
        }
        return null;
    }

    /** In place of an earlier one of the same kind. */
    void put(Verdict verdict, long epochMs) {
        Verdicts some = of(verdict.kind());
        Verdict before = some.byWho.get(verdict.who());
        if (before != null) {
            drop(before);
        } else if (some.byWho.size() >= MOST_VERDICTS) {
            makeRoom(some.byWho.values(), epochMs);
        }
        some.add(verdict);
        store.put(log.numbered(), verdict);
    }

    private void makeRoom(Collection<Verdict> full, long epochMs) {
        List<Verdict> over = full.stream().filter(old -> !old.holds(epochMs)).toList();
        if (over.isEmpty()) {
            over = full.stream().min(Comparator.comparingLong(Verdict::untilEpochMs)).stream()
                    .toList();
        }
        over.forEach(this::drop);
    }

    /** Takes back what was passed on an id or its token; what that was. */
    List<Verdict> lift(String id, @Nullable String token, Verdict.Kind kind) {
        List<Verdict> lifted = new ArrayList<>();
        for (Verdict verdict : of(kind).byWho.values()) {
            if (verdict.isFor(id, token)) {
                lifted.add(verdict);
            }
        }
        lifted.forEach(this::drop);
        return lifted;
    }

    List<Verdict> holding(Verdict.Kind kind, long epochMs) {
        return of(kind).byWho.values().stream()
                .filter(verdict -> verdict.holds(epochMs))
                .toList();
    }

    private void drop(Verdict verdict) {
        of(verdict.kind()).remove(verdict);
        store.drop(log.numbered(), verdict);
    }

    private Verdicts of(Verdict.Kind kind) {
        return verdicts.computeIfAbsent(kind, any -> new Verdicts());
    }
}
