package dev.millrace.media.chat;

import dev.millrace.media.control.ChatRole;
import dev.millrace.media.control.RefusalKind;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What moderators and operators ask of a room, and whether they may. Owned by the chat thread. */
final class Order {
    /** A mute longer than a year is one without an end. */
    private static final long MAX_MUTE_SECONDS = TimeUnit.DAYS.toSeconds(366);

    /** Slower than one message in an hour is nobody's chat. */
    private static final long MAX_SLOW_SECONDS = TimeUnit.HOURS.toSeconds(1);

    private final Room room;

    Order(Room room) {
        this.room = room;
    }

    void obey(Asker asker, Request.Moderation request, long epochMs) {
        switch (request) {
            case Request.Remove remove -> remove(asker, remove.seq(), epochMs);
            case Request.Mute mute -> mute(asker, mute.who(), mute.seconds(), epochMs);
            case Request.Unmute unmute -> lift(asker, unmute.who(), Verdict.Kind.MUTE);
            case Request.Ban ban -> {
                if (mayModerate(asker, ban.who())) {
                    pass(asker, Verdict.Kind.BAN, ban.who(), Long.MAX_VALUE, epochMs);
                }
            }
            case Request.Unban unban -> lift(asker, unban.who(), Verdict.Kind.BAN);
            case Request.Slow slow -> slow(asker, slow.seconds());
        }
    }

    private void remove(Asker asker, long seq, long epochMs) {
        Message message = room.log().get(seq);
        if (message == null) {
            asker.answer()
                    .refused(
                            Refusal.BAD_MESSAGE,
                            RefusalKind.NO_SUCH_MESSAGE,
                            "there is no message " + seq + ", or not any more");
            return;
        }
        if (!asker.is(message.from())) {
            if (isBanned(asker)) {
                return;
            }
            if (!outranks(asker.role(), message.role())) {
                refuse(asker, "only its author, or who moderates them, may remove this message");
                return;
            }
        }
        if (message.text() != null) {
            room.log().remove(message, epochMs);
            room.toAll(Wire.removed(seq));
        }
        asker.answer().done(seq);
    }

    /** A message of the broadcaster's earlier connection is the broadcaster's own. */
    private static boolean outranks(ChatRole role, ChatRole author) {
        return role == ChatRole.BROADCASTER || Participant.rank(role) > Participant.rank(author);
    }

    private void mute(Asker asker, String who, long seconds, long epochMs) {
        if (!mayModerate(asker, who)) {
            return;
        }
        if (seconds == 0 || seconds > MAX_MUTE_SECONDS) {
            bad(asker, "\"seconds\" is from 1 to " + MAX_MUTE_SECONDS + "; leave it out to mute until you unmute");
            return;
        }
        long until = seconds == Request.NONE ? Long.MAX_VALUE : epochMs + TimeUnit.SECONDS.toMillis(seconds);
        pass(asker, Verdict.Kind.MUTE, who, until, epochMs);
    }

    private void slow(Asker asker, long seconds) {
        if (!isModerator(asker)) {
            return;
        }
        if (seconds > MAX_SLOW_SECONDS) {
            bad(asker, "\"seconds\" is from 0 (off) to " + MAX_SLOW_SECONDS);
            return;
        }
        if (room.moderation().slowSeconds() != seconds) {
            room.moderation().slow(seconds);
            room.toAll(Wire.slow(seconds));
        }
        asker.answer().done(Request.NONE);
    }

    private void pass(Asker asker, Verdict.Kind kind, String who, long untilEpochMs, long epochMs) {
        Person person = person(who);
        Verdict verdict = new Verdict(kind, who, person.name(), person.token(), untilEpochMs);
        room.moderation().put(verdict, epochMs);
        room.toAll(Entrance.news(verdict, who, epochMs));
        if (verdict.token() != null) {
            for (Member other : room.members()) { // the same token under another id
                Participant one = other.participant();
                if (one != null && !one.id().equals(who) && verdict.isFor(one.id(), one.token())) {
                    room.house().outbox().toMember(other, Entrance.news(verdict, one.id(), epochMs));
                }
            }
        }
        asker.answer().done(Request.NONE);
    }

    private void lift(Asker asker, String who, Verdict.Kind kind) {
        if (!mayModerate(asker, who)) {
            return;
        }
        List<Verdict> lifted = room.moderation().lift(who, person(who).token(), kind);
        if (lifted.isEmpty()) {
            asker.answer().unchanged("that participant is not " + (kind == Verdict.Kind.MUTE ? "muted" : "banned"));
            return;
        }
        String news = kind == Verdict.Kind.MUTE ? "unmuted" : "unbanned";
        for (Verdict verdict : lifted) {
            room.toAll(Wire.about(news, verdict.who(), verdict.name(), Request.NONE));
        }
        if (lifted.stream().noneMatch(verdict -> verdict.who().equals(who))) {
            room.toAll(Wire.about(news, who, person(who).name(), Request.NONE));
        }
        asker.answer().done(Request.NONE);
    }

    private boolean mayModerate(Asker asker, String who) {
        if (!isModerator(asker)) {
            return false;
        }
        ChatRole role = ParticipantIds.roleOf(who);
        if (role == null) {
            asker.answer()
                    .refused(
                            Refusal.BAD_MESSAGE,
                            RefusalKind.NO_SUCH_PARTICIPANT,
                            "\"who\" has to be the id of a participant, as in \"from\" of what they said");
            return false;
        }
        if (Participant.rank(role) >= Participant.rank(asker.role())) {
            refuse(asker, "nobody moderates the broadcaster, an equal or themselves");
            return false;
        }
        return true;
    }

    private boolean isModerator(Asker asker) {
        if (asker.role() == ChatRole.VIEWER) {
            refuse(asker, "only moderators and the broadcaster may do that");
            return false;
        }
        return !isBanned(asker);
    }

    private boolean isBanned(Asker asker) {
        if (asker.who() == null || !room.moderation().bans(asker.who())) {
            return false;
        }
        asker.answer().refused(Refusal.BANNED, RefusalKind.NOT_ALLOWED, Talk.BANNED);
        return true;
    }

    private static void refuse(Asker asker, String detail) {
        asker.answer().refused(Refusal.NOT_ALLOWED, RefusalKind.NOT_ALLOWED, detail);
    }

    private static void bad(Asker asker, String detail) {
        asker.answer().refused(Refusal.BAD_MESSAGE, RefusalKind.MALFORMED, detail);
    }

    private record Person(String name, @Nullable String token) {}

    /** Somebody by their id: here, gone lately, known by what they said, or by what holds against them. */
    private Person person(String id) {
        Participant here = room.known(id);
        if (here != null) {
            return new Person(here.name(), here.token());
        }
        Message message = room.log().newestOf(id);
        if (message != null) {
            return new Person(message.name(), message.token());
        }
        Verdict verdict = room.moderation().anyOf(id);
        return verdict == null
                ? new Person(ParticipantIds.guestName(id), null)
                : new Person(verdict.name(), verdict.token());
    }
}
