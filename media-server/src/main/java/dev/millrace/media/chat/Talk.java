package dev.millrace.media.chat;

import dev.millrace.media.control.ChatRole;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is said in a room, and what is taken back. Owned by the chat thread. */
final class Talk {
    private final Room room;

    Talk(Room room) {
        this.room = room;
    }

    void say(Member member, Request.Say say, long nowNs, long epochMs) {
        Participant who = member.participant();
        if (who == null || !member.welcomed()) {
            room.refuse(member, say.id(), Refusal.NOT_ALLOWED, "say hello first");
            return;
        }
        long before = room.log().saidBefore(who.id(), say.id());
        if (before != 0) {
            room.house().counters().count(ChatCounters.Count.SAID_AGAIN);
            room.ack(member, say.id(), before);
            return;
        }
        String text = PlainText.message(say.text());
        if (isOpenTo(member, who, say.id(), epochMs)
                && fits(member, say.id(), text)
                && inTime(member, who, say.id(), nowNs, epochMs)) {
            take(member, who, say.id(), text, epochMs);
        }
    }

    private void take(Member member, Participant who, @Nullable String id, String text, long epochMs) {
        MessageLog log = room.log();
        Message message = log.append(who, id, text, epochMs);
        who.saidAt(epochMs);
        room.house().counters().count(ChatCounters.Count.SAID);
        room.ack(member, id, message.seq());
        room.toAll(log.newestParcel());
    }

    private boolean isOpenTo(Member member, Participant who, @Nullable String id, long epochMs) {
        Moderation moderation = room.moderation();
        if (moderation.bans(who)) {
            room.refuse(member, id, Refusal.BANNED, "you were banned from this chat; you can read it");
            return false;
        }
        Verdict mute = moderation.against(who, Verdict.Kind.MUTE, epochMs);
        if (mute != null) {
            boolean ends = mute.untilEpochMs() != Long.MAX_VALUE;
            long leftMs = mute.untilEpochMs() - epochMs;
            String until = ends ? "for " + TimeUnit.MILLISECONDS.toSeconds(leftMs + 999) + " s more" : "for now";
            room.refuse(
                    member,
                    id,
                    Refusal.MUTED,
                    "you are muted " + until + "; you can read",
                    ends ? leftMs : Request.NONE);
            return false;
        }
        return true;
    }

    private boolean fits(Member member, @Nullable String id, String text) {
        int most = room.house().config().maxLength();
        if (text.isEmpty()) {
            room.refuse(member, id, Refusal.BAD_MESSAGE, "nothing of the text can be seen; write something");
            return false;
        }
        if (text.length() > most && text.codePointCount(0, text.length()) > most) {
            room.refuse(member, id, Refusal.TOO_LONG, "a message has at most " + most + " characters; shorten it");
            return false;
        }
        return true;
    }

    private boolean inTime(Member member, Participant who, @Nullable String id, long nowNs, long epochMs) {
        long slowMs = TimeUnit.SECONDS.toMillis(room.moderation().slowSeconds());
        if (slowMs > 0 && who.role() == ChatRole.VIEWER && who.lastSaidEpochMs() != Long.MIN_VALUE) {
            long waitMs = Math.min(slowMs, who.lastSaidEpochMs() + slowMs - epochMs); // should the clock go back
            if (waitMs > 0) {
                room.refuse(
                        member, id, Refusal.RATE, "slow mode: one message in " + slowMs / 1_000 + " s; wait", waitMs);
                return false;
            }
        }
        if (!who.says().take(nowNs)) {
            room.refuse(
                    member,
                    id,
                    Refusal.RATE,
                    "too many messages; wait a moment",
                    who.says().waitMs(nowNs));
            return false;
        }
        return true;
    }

    void remove(Member member, Request.Remove remove, long epochMs) {
        Participant who = member.participant();
        if (who == null || !member.welcomed()) {
            room.refuse(member, remove.id(), Refusal.NOT_ALLOWED, "say hello first");
            return;
        }
        Message message = room.log().get(remove.seq());
        if (message == null) {
            room.refuse(member, remove.id(), Refusal.BAD_MESSAGE, "there is no message " + remove.seq() + " any more");
            return;
        }
        boolean own = message.from().equals(who.id());
        if (!own && room.moderation().bans(who)) {
            room.refuse(member, remove.id(), Refusal.BANNED, "you were banned from this chat; you can read it");
            return;
        }
        if (!own && !outranks(who, message)) {
            room.refuse(
                    member, remove.id(), Refusal.NOT_ALLOWED, "only its author or a moderator may remove this message");
            return;
        }
        erase(message, epochMs);
        room.ack(member, remove.id(), remove.seq());
    }

    /** The broadcaster's earlier connections are the broadcaster too. */
    private static boolean outranks(Participant who, Message message) {
        return who.role() == ChatRole.BROADCASTER || Participant.rank(who.role()) > Participant.rank(message.role());
    }

    void erase(Message message, long epochMs) {
        if (message.text() != null) {
            room.log().remove(message, epochMs);
            room.toAll(Wire.removed(message.seq()));
        }
    }
}
