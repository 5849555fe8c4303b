package dev.millrace.media;

import dev.millrace.media.chat.Member;
import dev.millrace.media.chat.Outlet;
import dev.millrace.media.chat.Parcel;
import dev.millrace.media.control.ChatEvent;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** Where signaling's guests are: what they are told leaves as events, in order. Chat thread. */
final class GuestOutlet implements Outlet {
    private final Consumer<ChatEvent> events;

    GuestOutlet(Consumer<ChatEvent> events) {
        this.events = events;
    }

    @Override
    public void welcome(Member member, List<Parcel> first) {
        List<String> messages = first.stream().map(GuestOutlet::text).toList();
        events.accept(new ChatEvent.Welcome(member.stream(), guest(member), messages));
    }

    @Override
    public void toMember(Member member, Parcel parcel) {
        events.accept(
                parcel.binary()
                        ? new ChatEvent.BinaryToGuest(member.stream(), guest(member), label(parcel), base64(parcel))
                        : new ChatEvent.ToGuest(member.stream(), guest(member), text(parcel)));
    }

    @Override
    public void toAll(String stream, Parcel parcel) {
        boolean lossy = parcel.lane() == Parcel.Lane.NEWS || parcel.lane() == Parcel.Lane.REACTIONS;
        events.accept(
                parcel.binary()
                        ? new ChatEvent.BinaryToAll(stream, label(parcel), base64(parcel))
                        : new ChatEvent.ToAll(stream, parcel.label(), lossy, text(parcel)));
    }

    @Override
    public void subscribed(Member member, String label, boolean on) {
        events.accept(new ChatEvent.Subscribed(member.stream(), guest(member), label, on));
    }

    @Override
    public void end(Member member, String why) {
        events.accept(new ChatEvent.End(member.stream(), guest(member), why));
    }

    private static String guest(Member member) {
        return (String) member.connection();
    }

    private static String label(Parcel parcel) {
        return Objects.requireNonNull(parcel.label(), "only applications' messages are binary");
    }

    private static String text(Parcel parcel) {
        return new String(parcel.bytes(), StandardCharsets.UTF_8);
    }

    private static String base64(Parcel parcel) {
        return Base64.getEncoder().encodeToString(parcel.bytes());
    }
}
