package dev.millrace.signaling.chat;

import dev.millrace.media.control.ChatCommand;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.signaling.auth.TokenRole;
import dev.millrace.signaling.bus.ChatLink;
import dev.millrace.signaling.http.Gate;
import dev.millrace.signaling.http.Problem;
import dev.millrace.signaling.http.Query;
import dev.millrace.signaling.http.Resource;
import dev.millrace.signaling.http.Routes;
import dev.millrace.signaling.session.Replies;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A stream's chat for those who moderate it from outside: its log, who is muted and banned, and what a moderator may do.
 * Owned by the HTTP context.
 */
final class ChatApi {
    /** A page of the log, unless another length is asked for. */
    private static final int PAGE = 100;

    private static final int MAX_PAGE = 500;

    /** What ids of participants look like; the room knows which there are. */
    private static final Pattern WHO = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private final ChatLink chat;
    private final Gate gate;
    private final boolean enabled;

    ChatApi(ChatLink chat, Gate gate, boolean enabled) {
        this.chat = chat;
        this.gate = gate;
        this.enabled = enabled;
    }

    void mount(Routes routes) {
        String stream = "/api/v1/streams/:stream";
        routes.add(stream + "/chat", new Resource().get(operated(this::history)));
        routes.add(stream + "/chat/:seq", new Resource().delete(operated(this::remove)));
        routes.add(stream + "/room", new Resource().get(operated(this::room)));
        routes.add(stream + "/room/slow", new Resource().on(HttpMethod.PUT, operated(this::slow)));
        routes.add(stream + "/room/muted/:who", restriction("mute"));
        routes.add(stream + "/room/banned/:who", restriction("ban"));
    }

    private Resource restriction(String what) {
        return new Resource()
                .on(HttpMethod.PUT, operated((ctx, stream) -> restrict(ctx, stream, what)))
                .delete(operated((ctx, stream) -> restrict(ctx, stream, "un" + what)));
    }

    /** Only for who moderates the stream of the path. */
    private io.vertx.core.Handler<RoutingContext> operated(BiConsumer<RoutingContext, String> use) {
        return ctx -> gate.stream(ctx, ctx.pathParam("stream"))
                .filter(stream -> gate.operate(ctx, TokenRole.MODERATE, stream))
                .ifPresent(stream -> {
                    if (enabled) {
                        use.accept(ctx, stream);
                    } else {
                        Problem.of(Problem.Kind.CHAT_OFF, "This server runs with chat.enabled: false.")
                                .send(ctx);
                    }
                });
    }

    private void history(RoutingContext ctx, String stream) {
        OptionalLong before = number(Query.value(ctx.request(), "before"), Long.MAX_VALUE);
        OptionalLong limit = number(Query.value(ctx.request(), "limit"), PAGE);
        if (before.isEmpty() || limit.isEmpty() || limit.getAsLong() < 1 || limit.getAsLong() > MAX_PAGE) {
            bad(ctx, "before is the number of a message, and limit how many before it, 1 to " + MAX_PAGE + ".");
            return;
        }
        ask(ctx, new ChatCommand.History(stream, before.getAsLong(), (int) limit.getAsLong()), reply -> {
            if (!(reply instanceof MediaReply.ChatHistory history)) {
                return false;
            }
            JsonArray messages = new JsonArray();
            history.messages().forEach(message -> messages.add(new JsonObject(message)));
            json(
                    ctx,
                    new JsonObject()
                            .put("stream", stream)
                            .put("first", history.first())
                            .put("last", history.last())
                            .put("messages", messages));
            return true;
        });
    }

    private void room(RoutingContext ctx, String stream) {
        ask(ctx, new ChatCommand.DescribeRoom(stream), reply -> {
            if (!(reply instanceof MediaReply.RoomDescribed room)) {
                return false;
            }
            json(
                    ctx,
                    new JsonObject()
                            .put("stream", stream)
                            .put("participants", room.participants())
                            .put("slow", room.slowSeconds())
                            .put("first", room.first())
                            .put("last", room.last())
                            .put("muted", restricted(room.muted()))
                            .put("banned", restricted(room.banned())));
            return true;
        });
    }

    private static JsonArray restricted(List<MediaReply.Restricted> list) {
        JsonArray all = new JsonArray();
        for (MediaReply.Restricted one : list) {
            JsonObject json = new JsonObject().put("who", one.who()).put("name", one.name());
            all.add(one.untilMs() == 0 ? json : json.put("untilMs", one.untilMs()));
        }
        return all;
    }

    private void remove(RoutingContext ctx, String stream) {
        OptionalLong seq = number(ctx.pathParam("seq"), 0);
        if (seq.isEmpty()) {
            bad(ctx, "A message is named by its number.");
        } else {
            moderate(ctx, stream, new JsonObject().put("type", "remove").put("seq", seq.getAsLong()));
        }
    }

    private void slow(RoutingContext ctx, String stream) {
        body(ctx, json -> {
            if (json.getValue("seconds") instanceof Integer seconds && seconds >= 0) {
                moderate(ctx, stream, new JsonObject().put("type", "slow").put("seconds", seconds));
                return true;
            }
            return false;
        });
    }

    private void restrict(RoutingContext ctx, String stream, String type) {
        String who = ctx.pathParam("who");
        if (who == null || !WHO.matcher(who).matches()) {
            bad(ctx, "A participant is named by the id that their messages carry.");
            return;
        }
        JsonObject message = new JsonObject().put("type", type).put("who", who);
        body(ctx, json -> {
            Object seconds = json.getValue("seconds");
            if (seconds instanceof Integer n && n > 0 && type.equals("mute")) {
                message.put("seconds", n);
            } else if (seconds != null) {
                return false;
            }
            moderate(ctx, stream, message);
            return true;
        });
    }

    /** @param use takes the body, or says by false that it is not what is expected */
    private static void body(RoutingContext ctx, Predicate<JsonObject> use) {
        boolean fits;
        try {
            fits = use.test(ctx.body().length() > 0 ? new JsonObject(ctx.body().buffer()) : new JsonObject());
        } catch (DecodeException | ClassCastException e) {
            fits = false;
        }
        if (!fits) {
            bad(ctx, "Send {\"seconds\": 30}: of slow mode, 0 for none, or of a mute, or leave it out there.");
        }
    }

    private void moderate(RoutingContext ctx, String stream, JsonObject message) {
        ChatCommand command = new ChatCommand.Moderate(stream, message.encode(), gate.operator(ctx, stream));
        ask(ctx, command, reply -> {
            if (reply instanceof MediaReply.Done) {
                ctx.response().setStatusCode(204).end();
                return true;
            }
            return false;
        });
    }

    /** @param use takes the reply, or says by false that it is none it expected */
    private void ask(RoutingContext ctx, ChatCommand command, Predicate<MediaReply> use) {
        chat.ask(command).onComplete(asked -> {
            if (asked.failed()) {
                Replies.unreachable(ctx, asked.cause());
            } else if (asked.result() instanceof MediaReply.Refused refused
                    && refused.kind() == RefusalKind.MALFORMED) {
                bad(ctx, refused.detail());
            } else if (asked.result() instanceof MediaReply.Refused || !use.test(asked.result())) {
                Replies.refused(ctx, asked.result());
            }
        });
    }

    private static OptionalLong number(@Nullable String text, long absent) {
        if (text == null) {
            return OptionalLong.of(absent);
        }
        return NUMBER.matcher(text).matches() ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    private static void bad(RoutingContext ctx, String detail) {
        Problem.of(Problem.Kind.BAD_REQUEST, detail).send(ctx);
    }

    private static void json(RoutingContext ctx, JsonObject json) {
        ctx.response()
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(json.encode());
    }
}
