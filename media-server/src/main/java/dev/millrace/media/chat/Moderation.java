package dev.millrace.media.chat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who is muted or banned in a room and how slow it is; kept over restarts. Owned by the chat thread. */
final class Moderation {
    /** Mutes or bans of one stream; the oldest to end gives way. Ten thousand is a job for the token secret. */
    private static final int MOST_VERDICTS = 10_000;

    private final ChatStore store;
    private final MessageLog log;
    private final List<Verdict> verdicts = new ArrayList<>();
    private long slowSeconds;

    Moderation(ChatStore store, MessageLog log) {
        this.store = store;
        this.log = log;
        if (log.number() != 0) {
            verdicts.addAll(store.verdicts(log.number()));
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

    /** What holds against a participant, null for nothing. */
    @Nullable
    Verdict against(Participant who, Verdict.Kind kind, long epochMs) {
        return against(who.id(), who.token(), kind, epochMs);
    }

    /** Bans have no end but being taken back, so that no clock is asked. */
    boolean bans(Participant who) {
        return against(who, Verdict.Kind.BAN, 0) != null;
    }

    @Nullable
    Verdict against(String id, @Nullable String token, Verdict.Kind kind, long epochMs) {
        for (Verdict verdict : verdicts) {
            if (verdict.kind() == kind && verdict.isFor(id, token) && verdict.holds(epochMs)) {
                return verdict;
            }
        }
        return null;
    }

    /** In place of an earlier one of the same kind. */
    void put(Verdict verdict, long epochMs) {
        for (Verdict old : List.copyOf(verdicts)) {
            if (!old.holds(epochMs)
                    || (old.kind() == verdict.kind() && old.who().equals(verdict.who()))) {
                drop(old);
            }
        }
        if (verdicts.size() >= MOST_VERDICTS) {
            drop(verdicts.stream()
                    .min(Comparator.comparingLong(Verdict::untilEpochMs))
                    .orElseThrow());
        }
        verdicts.add(verdict);
        store.put(log.numbered(), verdict);
    }

    /** Takes back what holds against an id, its token included; what that was. */
    List<Verdict> lift(String id, @Nullable String token, Verdict.Kind kind) {
        List<Verdict> lifted = verdicts.stream()
                .filter(verdict -> verdict.kind() == kind && verdict.isFor(id, token))
                .toList();
        lifted.forEach(this::drop);
        return lifted;
    }

    List<Verdict> holding(Verdict.Kind kind, long epochMs) {
        return verdicts.stream()
                .filter(verdict -> verdict.kind() == kind && verdict.holds(epochMs))
                .toList();
    }

    private void drop(Verdict verdict) {
        verdicts.remove(verdict);
        store.drop(log.numbered(), verdict);
    }
}
