package dev.millrace.media.chat;

import dev.millrace.media.control.ChatRole;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is said in a room. Owned by the chat thread. */
final class Talk {
    static final String HELLO_FIRST = "say hello first";
    static final String BANNED = "you were banned from this chat; you can read it";

    private final Room room;

    Talk(Room room) {
        this.room = room;
    }

    void say(Member member, Request.Say say, long nowNs, long epochMs) {
        Participant who = member.participant();
        if (who == null || !member.welcomed()) {
            room.refuse(member, say.id(), Refusal.NOT_ALLOWED, HELLO_FIRST);
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
            room.refuse(member, id, Refusal.BANNED, BANNED);
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
        if (slowMs > 0 && who.role() == ChatRole.VIEWER) {
            long waitMs = Math.min(slowMs, lastSaidEpochMs(who) + slowMs - epochMs); // should the clock go back
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

    /** Also before a reconnect or restart, if it was lately; long ago for never. */
    private long lastSaidEpochMs(Participant who) {
        if (who.lastSaidEpochMs() == Participant.NEVER) {
            Message last = room.log().newestOf(who.id());
            who.saidAt(last == null ? 0 : last.atEpochMs());
        }
        return who.lastSaidEpochMs();
    }
}
