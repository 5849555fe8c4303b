package dev.millrace.media.chat;

import java.util.ArrayList;
import java.util.List;

/** What is to leave, in order, once what it tells of is stored. Owned by the chat thread. */
final class Outbox {
    private List<Runnable> letters = new ArrayList<>();

    void toMember(Member member, Parcel parcel) {
        letters.add(() -> member.outlet().toMember(member, parcel));
    }

    void welcome(Member member, List<Parcel> first) {
        letters.add(() -> member.outlet().welcome(member, first));
    }

    void subscribed(Member member, String label, boolean on) {
        letters.add(() -> member.outlet().subscribed(member, label, on));
    }

    /** To the places where the room has members when it leaves. */
    void toAll(Room room, Parcel parcel) {
        letters.add(() -> room.deliver(parcel));
    }

    void end(Member member, String why) {
        letters.add(() -> member.outlet().end(member, why));
    }

    boolean isEmpty() {
        return letters.isEmpty();
    }

    void deliver() {
        List<Runnable> leaving = letters;
        letters = new ArrayList<>();
        leaving.forEach(Runnable::run);
    }

    /** Nothing of it may leave: it tells of what could not be stored. */
    void discard() {
        letters.clear();
    }
}
