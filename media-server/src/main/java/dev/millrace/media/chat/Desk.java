package dev.millrace.media.chat;

import dev.millrace.media.control.Identity;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.RefusalKind;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What operators see of rooms and do to them from outside. Owned by the chat thread. */
final class Desk {
    /** Messages of one page at most. */
    private static final int MOST_MESSAGES = 1_000;

    private Desk() {}

    /** The newest messages before a number. */
    static MediaReply.ChatHistory history(MessageLog log, long before, int limit) {
        long to = Math.min(before - 1, log.last());
        int most = Math.clamp(limit, 0, MOST_MESSAGES);
        List<Message> page = log.page(to - MOST_MESSAGES + 1, to);
        List<String> said = page.subList(Math.max(0, page.size() - most), page.size()).stream()
                .map(message -> new String(Wire.said(message).bytes(), StandardCharsets.UTF_8))
                .toList();
        return new MediaReply.ChatHistory(said, log.last() == 0 ? 0 : log.first(), log.last());
    }

    static MediaReply.RoomDescribed describe(Room room, long epochMs) {
        MessageLog log = room.log();
        return new MediaReply.RoomDescribed(
                room.welcomedCount(),
                (int) room.moderation().slowSeconds(),
                log.last() == 0 ? 0 : log.first(),
                log.last(),
                restricted(room, Verdict.Kind.MUTE, epochMs),
                restricted(room, Verdict.Kind.BAN, epochMs));
    }

    private static List<MediaReply.Restricted> restricted(Room room, Verdict.Kind kind, long epochMs) {
        return room.moderation().holding(kind, epochMs).stream()
                .map(verdict -> new MediaReply.Restricted(
                        verdict.who(),
                        verdict.name(),
                        verdict.untilEpochMs() == Long.MAX_VALUE ? 0 : verdict.untilEpochMs()))
                .toList();
    }

    static MediaReply moderate(Room room, Request request, Identity by, long epochMs) {
        if (request instanceof Request.Bad bad) {
            return new MediaReply.Refused(RefusalKind.MALFORMED, sentence(bad.detail()));
        }
        if (!(request instanceof Request.Moderation moderation)) {
            return new MediaReply.Refused(
                    RefusalKind.MALFORMED, "That is none of remove, mute, unmute, ban, unban and slow.");
        }
        Outcome outcome = new Outcome();
        room.moderate(new Asker(by.role(), null, outcome), moderation, epochMs);
        return outcome.reply == null ? new MediaReply.Done() : outcome.reply;
    }

    private static String sentence(String detail) {
        return Character.toUpperCase(detail.charAt(0)) + detail.substring(1) + ".";
    }

    private static final class Outcome implements Asker.Answer {
        private @Nullable MediaReply reply;

        @Override
        public void done(long seq) {
            reply = new MediaReply.Done();
        }

        @Override
        public void unchanged(String detail) {
            reply = new MediaReply.Refused(RefusalKind.NO_SUCH_PARTICIPANT, sentence(detail));
        }

        @Override
        public void refused(Refusal code, RefusalKind kind, String detail) {
            reply = new MediaReply.Refused(kind, sentence(detail));
        }
    }

    static MediaReply.ChatCounted counted(ChatCounters counters, Iterable<Room> rooms) {
        Map<String, Long> refused = new LinkedHashMap<>();
        for (Refusal code : Refusal.values()) {
            refused.put(code.code(), counters.refused(code));
        }
        Map<String, Integer> participants = new LinkedHashMap<>();
        for (Room room : rooms) {
            int count = room.welcomedCount();
            if (count > 0) {
                participants.put(room.stream(), count);
            }
        }
        return new MediaReply.ChatCounted(
                counters.get(ChatCounters.Count.SAID),
                counters.get(ChatCounters.Count.REACTIONS_IN) - counters.get(ChatCounters.Count.REACTIONS_DROPPED),
                counters.get(ChatCounters.Count.APP_IN) - counters.get(ChatCounters.Count.APP_DROPPED),
                refused,
                participants);
    }
}
