package dev.millrace.media.chat;

import dev.millrace.media.control.ChatRole;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A room's door: who somebody is, and what they are given to begin with. Owned by the chat thread. */
final class Entrance {
    static final int MAX_NAME_CODE_POINTS = 64;

    /** Mutes and bans that somebody who may take them back is told. */
    private static final int MOST_VERDICTS = 100;

    private final Room room;

    Entrance(Room room) {
        this.room = room;
    }

    void hello(Member member, Request.Hello hello, long nowNs, long epochMs) {
        if (!member.mayHello(nowNs)) {
            room.refuse(member, null, Refusal.RATE, "hello is said once a connection, or to change the name", 1_000);
            return;
        }
        Participant you = who(member, hello, nowNs);
        name(you, member, hello);
        room.become(member, you, true, nowNs);
        room.house().outbox().welcome(member, first(you, hello.after(), epochMs));
    }

    private Participant who(Member member, Request.Hello hello, long nowNs) {
        String resumed =
                room.house().ids().resumed(room.stream(), member.identity().role(), hello.resume());
        return resumed == null
                ? room.participantOf(member, nowNs)
                : room.participant(resumed, member.identity(), nowNs);
    }

    /** What the token calls them wins, so that nobody goes by another's name who has to show one. */
    private static void name(Participant you, Member member, Request.Hello hello) {
        String vouched = PlainText.name(member.identity().name(), MAX_NAME_CODE_POINTS);
        String chosen = vouched == null ? PlainText.name(hello.name(), MAX_NAME_CODE_POINTS) : vouched;
        if (chosen != null) {
            you.call(chosen);
        }
    }

    private List<Parcel> first(Participant you, long after, long epochMs) {
        MessageLog log = room.log();
        int history = room.house().config().history();
        String resume = room.house().ids().resumeSecret(room.stream(), you.id());
        List<Parcel> first = new ArrayList<>();
        first.add(Wire.welcome(
                you, log.first(), log.last(), resume, room.moderation().slowSeconds(), history));
        if (after == Request.NONE || after > log.last()) { // a number never given: the log began anew
            first.addAll(log.newest(history));
        } else {
            for (long seq : log.removedUpTo(after)) {
                first.add(Wire.removed(seq));
            }
            first.addAll(log.after(after));
        }
        first.add(room.presence().now());
        first.add(Wire.stream(room.live()));
        verdicts(you, epochMs, first);
        return first;
    }

    /** Somebody against whom something holds is told; those who may take it back are told of all. */
    private void verdicts(Participant you, long epochMs, List<Parcel> first) {
        Moderation moderation = room.moderation();
        for (Verdict.Kind kind : Verdict.Kind.values()) {
            Verdict own = moderation.against(you, kind, epochMs);
            if (own != null) {
                first.add(news(own, you.id(), epochMs));
            }
            if (you.role() != ChatRole.VIEWER) {
                moderation.holding(kind, epochMs).stream()
                        .limit(MOST_VERDICTS)
                        .filter(verdict -> !verdict.equals(own))
                        .forEach(verdict -> first.add(news(verdict, verdict.who(), epochMs)));
            }
        }
    }

    static Parcel news(Verdict verdict, String who, long epochMs) {
        long seconds = verdict.untilEpochMs() == Long.MAX_VALUE
                ? Request.NONE
                : TimeUnit.MILLISECONDS.toSeconds(verdict.untilEpochMs() - epochMs + 999);
        return Wire.about(verdict.kind() == Verdict.Kind.MUTE ? "muted" : "banned", who, verdict.name(), seconds);
    }
}
