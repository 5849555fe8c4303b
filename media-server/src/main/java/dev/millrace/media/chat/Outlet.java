package dev.millrace.media.chat;

import java.util.List;

/**
 * A place where members are: one of a media loop's for its data channels, one of signaling's for WebSockets. Called on
 * the chat thread, in order; whoever implements it hops to its own.
 */
public interface Outlet {
    /** From here on the member gets what goes to all, after these; also anew, when it says hello again. */
    void welcome(Member member, List<Parcel> first);

    /** For one member, welcomed or not. */
    void toMember(Member member, Parcel parcel);

    /** For all members of the room in this place: those welcomed, or, for APP, subscribed. Once for all of them. */
    void toAll(String stream, Parcel parcel);

    /** The member wants an application channel's messages, or no longer; for members whose channels say it, nothing. */
    void subscribed(Member member, String label, boolean on);

    /** The chat has done with this member, why in words: close its chat. Nothing follows. */
    void end(Member member, String why);
}
