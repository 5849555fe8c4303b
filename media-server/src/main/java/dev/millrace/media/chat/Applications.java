package dev.millrace.media.chat;

import dev.millrace.media.control.ChatRole;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Relays applications' own messages in their envelope: the broadcaster's to all who opened the label, anybody else's to
 * the broadcaster. Nothing of it is kept. Owned by the chat thread.
 */
final class Applications {
    private static final int MAX_LABEL_CHARS = RequestReader.MAX_WORD_CHARS;
    private static final int MAX_LABELS = 16;
    private static final int MAX_VIEWER_BYTES = 64 * 1024;
    private static final int MAX_BROADCASTER_BYTES = 256 * 1024;

    private final Room room;

    Applications(Room room) {
        this.room = room;
    }

    /** By a message of a WebSocket, or of the chat channel. */
    void text(Member member, Request.App app, long nowNs) {
        relay(member, app.label(), false, app.text().getBytes(StandardCharsets.UTF_8), nowNs);
    }

    void subscribe(Member member, Request.Subscribe subscribe) {
        String label = subscribe.label();
        if (!subscribe.on()) {
            member.subscriptions().remove(label);
        } else if (!member.subscriptions().contains(label)) {
            if (member.subscriptions().size() >= MAX_LABELS) {
                room.refuse(
                        member,
                        subscribe.id(),
                        Refusal.NOT_ALLOWED,
                        "a connection has at most " + MAX_LABELS + " labels; unsubscribe from one first");
                return;
            }
            member.subscriptions().add(label);
        }
        room.house().outbox().subscribed(member, label, subscribe.on());
        if (subscribe.id() != null) {
            room.ack(member, subscribe.id(), Request.NONE);
        }
    }

    /** What is over a limit, or comes from somebody banned, is dropped and counted. */
    void relay(Member member, String label, boolean binary, byte[] payload, long nowNs) {
        ChatCounters counters = room.house().counters();
        counters.count(ChatCounters.Count.APP_IN);
        Participant from = room.participantOf(member, nowNs);
        boolean broadcaster = from.role() == ChatRole.BROADCASTER;
        Parcel parcel = payload.length > (broadcaster ? MAX_BROADCASTER_BYTES : MAX_VIEWER_BYTES)
                        || label.length() > MAX_LABEL_CHARS
                        || room.moderation().bans(from)
                        || !from.apps().take(nowNs)
                ? null
                : envelope(label, from, binary, payload);
        if (parcel == null) {
            counters.count(ChatCounters.Count.APP_DROPPED);
        } else if (broadcaster) {
            room.toAll(parcel);
        } else {
            toBroadcaster(parcel);
        }
    }

    private void toBroadcaster(Parcel parcel) {
        for (Member member : room.members()) {
            if (member.identity().role() == ChatRole.BROADCASTER) {
                room.house().outbox().toMember(member, parcel);
            }
        }
    }

    /** Text that is not UTF-8 makes no envelope. */
    private static @Nullable Parcel envelope(String label, Participant from, boolean binary, byte[] payload) {
        if (!binary) {
            try {
                String text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(payload))
                        .toString();
                return Parcel.app(label, false, Wire.app(label, from, text));
            } catch (CharacterCodingException e) {
                return null;
            }
        }
        byte[] header = Wire.app(label, from, null);
        byte[] bytes = ByteBuffer.allocate(2 + header.length + payload.length)
                .putShort((short) header.length)
                .put(header)
                .put(payload)
                .array();
        return Parcel.app(label, true, bytes);
    }
}
