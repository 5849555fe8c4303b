package dev.millrace.signaling.chat;

import dev.millrace.media.control.ChatCommand;
import dev.millrace.media.control.ChatEvent;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.signaling.bus.ChatLink;
import dev.millrace.signaling.config.Settings;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All guests of this server: passes what they say to the chat, and what it tells them to their rooms. Owned by the HTTP context. */
public final class Guests {
    /** Often enough for pings each 20 s. */
    private static final long CHECK_MS = 5_000;

    /** Unguessable, and unique among all nodes. */
    private static final int ID_BYTES = 16;

    private final Vertx vertx;
    private final ChatLink chat;
    private final Settings.Limits limits;
    private final ChatMetrics metrics;
    private final SecureRandom random = new SecureRandom();
    private final Backlog.Budget budget = new Backlog.Budget();
    private final Map<String, Guest> byId = new HashMap<>();
    private final Map<String, Room> byStream = new HashMap<>();
    private final Map<String, Integer> byAddress = new HashMap<>();
    private final Guest.Owner owner = new FromGuests();

    public Guests(Vertx vertx, ChatLink chat, Settings.Limits limits, ChatMetrics metrics) {
        this.vertx = vertx;
        this.chat = chat;
        this.limits = limits;
        this.metrics = metrics;
        metrics.guests(byId::size);
    }

    /** Begins to hear the chat and to look after the silent, on the context this is called from. */
    public void start() {
        chat.listen(this::on);
        vertx.setPeriodic(CHECK_MS, t -> check(System.nanoTime()));
    }

    /** Why there is no room for one more from this address, or empty. */
    Optional<String> full(String address) {
        if (limits.guests() > 0 && byId.size() >= limits.guests()) {
            return Optional.of("As many take part in chats as this server is set up for (limits.guests).");
        }
        if (limits.guestsOfAddress() > 0 && byAddress.getOrDefault(address, 0) >= limits.guestsOfAddress()) {
            return Optional.of("As many take part in chats from your address as are allowed (limits.address).");
        }
        return Optional.empty();
    }

    /** A guest whose upgrade is under way. */
    Guest make(String stream, String address) {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Guest guest = new Guest(id, stream, address, vertx, owner, budget, System.nanoTime());
        byId.put(id, guest);
        byAddress.merge(address, 1, Integer::sum);
        byStream.computeIfAbsent(stream, s -> new Room(task -> vertx.runOnContext(v -> task.run()), metrics))
                .add(guest);
        return guest;
    }

    /** Takes a guest out that is gone or never came; false when it was out already. */
    boolean forget(Guest guest) {
        if (byId.remove(guest.id()) == null) {
            return false;
        }
        byAddress.computeIfPresent(guest.address(), (a, n) -> n == 1 ? null : n - 1);
        Room room = byStream.get(guest.stream());
        if (room != null) {
            room.remove(guest);
            if (room.isEmpty()) {
                byStream.remove(guest.stream());
            }
        }
        return true;
    }

    private void on(ChatEvent event) {
        Room room = byStream.get(event.stream());
        if (room != null) {
            room.on(event);
        }
    }

    private void check(long nowNs) {
        List.copyOf(byId.values()).forEach(guest -> guest.check(nowNs));
    }

    /** Sends everybody away, to come back once the server does. */
    public void close() {
        List.copyOf(byId.values())
                .forEach(guest -> guest.close(CloseCode.GOING, "the server stops or restarts; come back"));
    }

    /** Hears the guests and asks the chat. */
    private final class FromGuests implements Guest.Owner {
        @Override
        public void said(Guest guest, String text) {
            answer(guest, chat.ask(new ChatCommand.Send(guest.id(), text)));
        }

        @Override
        public void sent(Guest guest, Buffer envelope) {
            Optional<Envelope> read = Envelope.read(envelope);
            if (read.isEmpty()) {
                refuse(guest, "bad-message", "A binary message begins with its envelope: u16 length, JSON header.");
                guest.answered();
            } else {
                String payload =
                        Base64.getEncoder().encodeToString(read.get().payload().getBytes());
                answer(
                        guest,
                        chat.ask(new ChatCommand.SendBinary(
                                guest.id(), read.get().label(), payload)));
            }
        }

        private void answer(Guest guest, Future<MediaReply> asked) {
            asked.onComplete(done -> {
                guest.answered();
                if (isUnknown(done)) {
                    guest.close(CloseCode.RESTARTED, "the chat was restarted; come back and resume with after");
                } else if (done.result() instanceof MediaReply.Refused refused) {
                    refuse(guest, "rate", refused.detail());
                }
            });
        }

        private static boolean isUnknown(AsyncResult<MediaReply> done) {
            return done.failed()
                    || (done.result() instanceof MediaReply.Refused refused
                            && refused.kind() == RefusalKind.NO_SUCH_SESSION);
        }

        private static void refuse(Guest guest, String code, String detail) {
            JsonObject refused =
                    new JsonObject().put("type", "refused").put("code", code).put("detail", detail);
            guest.send(Outgoing.text(refused.encode(), false));
        }

        @Override
        public void gone(Guest guest, @Nullable CloseCode why) {
            if (forget(guest)) {
                metrics.closed(why == null ? "left" : why.word());
                chat.ask(new ChatCommand.Leave(guest.id()));
            }
        }
    }
}
