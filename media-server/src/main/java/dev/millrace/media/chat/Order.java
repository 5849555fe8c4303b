package dev.millrace.media.chat;

import dev.millrace.media.control.ChatRole;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What moderators ask of a room: mutes, bans, slow mode. Owned by the chat thread. */
final class Order {
    /** A mute longer than a year is one without an end. */
    private static final long MAX_MUTE_SECONDS = TimeUnit.DAYS.toSeconds(366);

    /** Slower than one message in an hour is nobody's chat. */
    private static final long MAX_SLOW_SECONDS = TimeUnit.HOURS.toSeconds(1);

    /** Newest messages looked through for somebody who is not here. */
    private static final int SEARCHED_MESSAGES = 1_000;

    private final Room room;

    Order(Room room) {
        this.room = room;
    }

    void mute(Member member, Request.Mute mute, long epochMs) {
        if (!mayModerate(member, mute.id(), mute.who())) {
            return;
        }
        if (mute.seconds() == 0 || mute.seconds() > MAX_MUTE_SECONDS) {
            room.refuse(
                    member,
                    mute.id(),
                    Refusal.BAD_MESSAGE,
                    "\"seconds\" is from 1 to " + MAX_MUTE_SECONDS + "; leave it out to mute until you unmute");
            return;
        }
        long until = mute.seconds() == Request.NONE ? Long.MAX_VALUE : epochMs + mute.seconds() * 1_000;
        pass(Verdict.Kind.MUTE, mute.who(), until, epochMs);
        room.ack(member, mute.id(), Request.NONE);
    }

    void ban(Member member, Request.Ban ban, long epochMs) {
        if (mayModerate(member, ban.id(), ban.who())) {
            pass(Verdict.Kind.BAN, ban.who(), Long.MAX_VALUE, epochMs);
            room.ack(member, ban.id(), Request.NONE);
        }
    }

    void lift(Member member, @Nullable String id, String who, Verdict.Kind kind, long epochMs) {
        if (mayModerate(member, id, who)) {
            lift(who, kind);
            room.ack(member, id, Request.NONE);
        }
    }

    void slow(Member member, Request.Slow slow, long epochMs) {
        if (!isModerator(member, slow.id())) {
            return;
        }
        if (slow.seconds() > MAX_SLOW_SECONDS) {
            room.refuse(member, slow.id(), Refusal.BAD_MESSAGE, "\"seconds\" is from 0 (off) to " + MAX_SLOW_SECONDS);
            return;
        }
        slow(slow.seconds());
        room.ack(member, slow.id(), Request.NONE);
    }

    void slow(long seconds) {
        if (room.moderation().slowSeconds() != seconds) {
            room.moderation().slow(seconds);
            room.toAll(Wire.slow(seconds));
        }
    }

    /** Mutes or bans, by whose word it may be. */
    void pass(Verdict.Kind kind, String who, long untilEpochMs, long epochMs) {
        Moderation moderation = room.moderation();
        Person person = person(who, epochMs);
        Verdict verdict = new Verdict(kind, who, person.name(), person.token(), untilEpochMs);
        moderation.put(verdict, epochMs);
        room.toAll(Entrance.news(verdict, who, epochMs));
        if (verdict.token() == null) {
            return;
        }
        for (Member other : room.members()) { // the same token under another id
            Participant one = other.participant();
            if (one != null && !one.id().equals(who) && verdict.isFor(one.id(), one.token())) {
                room.house().outbox().toMember(other, Entrance.news(verdict, one.id(), epochMs));
            }
        }
    }

    void lift(String who, Verdict.Kind kind) {
        List<Verdict> lifted = room.moderation().lift(who, person(who, 0).token(), kind);
        String news = kind == Verdict.Kind.MUTE ? "unmuted" : "unbanned";
        for (Verdict verdict : lifted) {
            room.toAll(Wire.about(news, verdict.who(), verdict.name(), Request.NONE));
            if (!verdict.who().equals(who)) {
                room.toAll(Wire.about(news, who, verdict.name(), Request.NONE));
            }
        }
    }

    private boolean mayModerate(Member member, @Nullable String id, String who) {
        if (!isModerator(member, id)) {
            return false;
        }
        ChatRole role = ParticipantIds.roleOf(who);
        if (role == null) {
            room.refuse(member, id, Refusal.BAD_MESSAGE, "\"who\" has to be the id of a participant");
            return false;
        }
        if (Participant.rank(role) >= Participant.rank(member.identity().role())) {
            room.refuse(member, id, Refusal.NOT_ALLOWED, "nobody moderates the broadcaster, an equal or themselves");
            return false;
        }
        return true;
    }

    private boolean isModerator(Member member, @Nullable String id) {
        Participant who = member.participant();
        if (who == null || !member.welcomed()) {
            room.refuse(member, id, Refusal.NOT_ALLOWED, "say hello first");
            return false;
        }
        if (who.role() == ChatRole.VIEWER) {
            room.refuse(member, id, Refusal.NOT_ALLOWED, "only moderators and the broadcaster may do that");
            return false;
        }
        if (room.moderation().bans(who)) {
            room.refuse(member, id, Refusal.BANNED, "you were banned from this chat; you can read it");
            return false;
        }
        return true;
    }

    private record Person(String name, @Nullable String token) {}

    /** Somebody by their id: here, gone lately, or known by what they said or what holds against them. */
    private Person person(String id, long epochMs) {
        Participant here = room.known(id);
        if (here != null) {
            return new Person(here.name(), here.token());
        }
        for (Message message : room.log()
                .page(room.log().last() - SEARCHED_MESSAGES, room.log().last())
                .reversed()) {
            if (message.from().equals(id)) {
                return new Person(message.name(), message.token());
            }
        }
        for (Verdict.Kind kind : Verdict.Kind.values()) {
            Verdict verdict = room.moderation().against(id, null, kind, epochMs);
            if (verdict != null) {
                return new Person(verdict.name(), verdict.token());
            }
        }
        return new Person(ParticipantIds.guestName(id), null);
    }
}
