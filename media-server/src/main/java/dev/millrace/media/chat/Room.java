package dev.millrace.media.chat;

import dev.millrace.media.control.Identity;
import dev.millrace.media.control.RefusalKind;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One stream's room: who is connected, and which part of it answers what they ask. What is kept of a stream is in
 * memory only while somebody is there. Owned by the chat thread.
 */
final class Room {
    /**
     * How long somebody who left keeps their place, so that a reconnect neither refills their rates nor loses their
     * name; and how long an empty room keeps its log at hand.
     */
    private static final long LINGER_NS = TimeUnit.SECONDS.toNanos(60);

    private final String stream;
    private final House house;
    private final Set<Member> members = new LinkedHashSet<>();
    private final Map<Outlet, Integer> outlets = new LinkedHashMap<>();
    private final Map<String, Participant> people = new HashMap<>();
    private final SequencedMap<Participant, Long> goneSinceNs = new LinkedHashMap<>();
    private final Presence presence = new Presence();
    private final Reactions reactions = new Reactions();
    private final Entrance entrance = new Entrance(this);
    private final Talk talk = new Talk(this);
    private final Order order = new Order(this);
    private final Applications applications = new Applications(this);
    private @Nullable MessageLog log;
    private @Nullable Moderation moderation;
    private final Playing playing = new Playing();
    private Viewers counted = Viewers.NOBODY;
    private boolean live;
    private int welcomedCount;

    Room(String stream, House house) {
        this.stream = stream;
        this.house = house;
    }

    String stream() {
        return stream;
    }

    House house() {
        return house;
    }

    Collection<Member> members() {
        return members;
    }

    /** Connections that said hello. */
    int welcomedCount() {
        return welcomedCount;
    }

    Presence presence() {
        return presence;
    }

    boolean live() {
        return live;
    }

    MessageLog log() {
        if (log == null) {
            log = new MessageLog(house.store(), stream, house.config().keep());
        }
        return log;
    }

    Moderation moderation() {
        if (moderation == null) {
            moderation = new Moderation(house.store(), log());
        }
        return moderation;
    }

    void connect(Member member) {
        if (members.add(member)) {
            member.connected(true);
            outlets.merge(member.outlet(), 1, Integer::sum);
            house.counters().members(1);
        }
    }

    void disconnect(Member member, long nowNs) {
        if (!members.remove(member)) {
            return;
        }
        member.connected(false);
        outlets.computeIfPresent(member.outlet(), (outlet, count) -> count == 1 ? null : count - 1);
        house.counters().members(-1);
        become(member, null, false, nowNs);
        plays(member, Playing.Way.NONE, nowNs);
        if (members.isEmpty()) {
            presence.forget();
        }
    }

    /** Answers one message of a connection. */
    void onMessage(Member member, Request request, long nowNs, long epochMs) {
        switch (request) {
            case Request.Hello hello -> entrance.hello(member, hello, nowNs, epochMs);
            case Request.Say say -> talk.say(member, say, nowNs, epochMs);
            case Request.React react -> react(member, react.emoji(), nowNs);
            case Request.Moderation moderated -> moderate(member, moderated, epochMs);
            case Request.App app -> applications.text(member, app, nowNs);
            case Request.Subscribe subscribe -> applications.subscribe(member, subscribe);
            case Request.Watching watching -> plays(member, watching.way(), nowNs);
            case Request.Unknown unknown -> {}
            case Request.Bad bad -> refuse(member, bad.id(), bad.code(), bad.detail());
        }
    }

    private void moderate(Member member, Request.Moderation request, long epochMs) {
        Participant who = member.participant();
        if (who == null || !member.welcomed()) {
            refuse(member, request.id(), Refusal.NOT_ALLOWED, Talk.HELLO_FIRST);
            return;
        }
        moderate(new Asker(who.role(), who, answerTo(member, request.id())), request, epochMs);
    }

    /** Does what only some may, if this one may. */
    void moderate(Asker asker, Request.Moderation request, long epochMs) {
        order.obey(asker, request, epochMs);
    }

    private Asker.Answer answerTo(Member member, @Nullable String id) {
        return new Asker.Answer() {
            @Override
            public void done(long seq) {
                ack(member, id, seq);
            }

            @Override
            public void unchanged(String detail) {
                ack(member, id, Request.NONE);
            }

            @Override
            public void refused(Refusal code, RefusalKind kind, String detail) {
                refuse(member, id, code, detail);
            }
        };
    }

    /** A reaction: counted or dropped, never answered. */
    void react(Member member, String emoji, long nowNs) {
        Participant who = participantOf(member, nowNs);
        String counted = Emoji.counted(emoji);
        house.counters().count(ChatCounters.Count.REACTIONS_IN);
        if (counted == null
                || moderation().bans(who)
                || !who.reactions().take(nowNs)
                || !reactions.add(counted, nowNs)) {
            house.counters().count(ChatCounters.Count.REACTIONS_DROPPED);
        }
    }

    void onApp(Member member, String label, boolean binary, byte[] payload, long nowNs) {
        applications.relay(member, label, binary, payload, nowNs);
    }

    /** Who a connection is; somebody new when it has not said hello. */
    Participant participantOf(Member member, long nowNs) {
        Participant who = member.participant();
        if (who == null) {
            who = participant(house.ids().next(member.identity().role()), member.identity(), nowNs);
            become(member, who, false, nowNs);
        }
        return who;
    }

    Participant participant(String id, Identity identity, long nowNs) {
        return people.computeIfAbsent(id, any -> {
            Participant who = new Participant(
                    id, identity.role(), identity.token(), ParticipantIds.guestName(id), house.config(), nowNs);
            String name = PlainText.name(identity.name(), Entrance.MAX_NAME_CODE_POINTS);
            if (name != null) {
                who.call(name);
            }
            return who;
        });
    }

    /** Makes a connection somebody's, or nobody's. */
    void become(Member member, @Nullable Participant who, boolean welcome, long nowNs) {
        Participant before = member.participant();
        boolean wasWelcomed = member.welcomed();
        member.become(who, welcome);
        welcomedCount += (welcome ? 1 : 0) - (wasWelcomed ? 1 : 0);
        if (who != null && welcome && !(wasWelcomed && who.equals(before)) && who.arrive()) {
            presence.joined(who, nowNs);
        }
        if (before != null && wasWelcomed && !(welcome && before.equals(who)) && before.leave()) {
            presence.left(before, nowNs);
        }
        if (who != null && !who.equals(before)) {
            who.connected();
            goneSinceNs.remove(who);
        }
        if (before != null && !before.equals(who)) {
            before.disconnected();
            if (before.connections() == 0) {
                goneSinceNs.put(before, nowNs);
            }
        }
    }

    /** Somebody who is or was here lately. */
    @Nullable
    Participant known(String id) {
        return people.get(id);
    }

    /** A connection counts once, for what it says last; and only who said hello. */
    private void plays(Member member, Playing.Way way, long nowNs) {
        if (member.plays() != way && (member.welcomed() || way == Playing.Way.NONE)) {
            playing.change(member.plays(), way);
            member.plays(way);
            tellPlaying();
            viewers(counted, nowNs);
        }
    }

    private void tellPlaying() {
        Viewers said = playing.atLeast(Viewers.NOBODY);
        if (said.total() == 0) {
            house.playing().remove(stream);
        } else {
            house.playing().put(stream, said);
        }
    }

    void viewers(Viewers viewers, long nowNs) {
        counted = viewers;
        presence.viewers(playing.atLeast(viewers), nowNs);
        if (members.isEmpty()) {
            presence.forget();
        }
    }

    void stream(boolean nowLive) {
        if (live != nowLive) {
            live = nowLive;
            toAll(Wire.stream(live));
        }
    }

    void toAll(Parcel parcel) {
        if (!members.isEmpty()) {
            house.outbox().toAll(this, parcel);
        }
    }

    /** Hands it to each place where members are; the outbox's to call. */
    void deliver(Parcel parcel) {
        for (Outlet outlet : outlets.keySet()) {
            outlet.toAll(stream, parcel);
        }
    }

    void ack(Member member, @Nullable String id, long seq) {
        house.outbox().toMember(member, Wire.ack(id, seq));
    }

    void refuse(Member member, @Nullable String id, Refusal code, String detail) {
        refuse(member, id, code, detail, Request.NONE);
    }

    void refuse(Member member, @Nullable String id, Refusal code, String detail, long retryMs) {
        house.counters().count(code);
        house.outbox().toMember(member, Wire.refused(id, code, detail, retryMs));
    }

    long nextDeadlineNs() {
        Map.Entry<Participant, Long> longestGone = goneSinceNs.firstEntry();
        long forgetNs = longestGone == null ? Long.MAX_VALUE : longestGone.getValue() + LINGER_NS;
        return Math.min(forgetNs, Math.min(presence.dueNs(), reactions.dueNs()));
    }

    void onDeadline(long nowNs) {
        Parcel news = presence.take(nowNs);
        if (news != null) {
            house.counters().count(ChatCounters.Count.PRESENCE_OUT);
            toAll(news);
        }
        Parcel sum = reactions.take(nowNs);
        if (sum != null) {
            house.counters().count(ChatCounters.Count.REACTIONS_OUT);
            toAll(sum);
        }
        goneSinceNs.entrySet().removeIf(gone -> {
            boolean due = gone.getValue() + LINGER_NS <= nowNs;
            if (due) {
                people.remove(gone.getKey().id());
            }
            return due;
        });
        if (members.isEmpty() && people.isEmpty()) {
            log = null;
            moderation = null;
        }
    }

    /** Ends everybody's chat: the store has failed. */
    void end() {
        for (Member member : members) {
            member.connected(false);
            member.become(null, false);
            member.outlet().end(member, "the chat begins anew; connect again");
        }
        house.playing().remove(stream);
        house.counters().members(-members.size());
        members.clear();
    }

    /** Nothing is known of it that is not stored, or told again when somebody connects. */
    boolean forgettable() {
        return members.isEmpty() && people.isEmpty() && reactions.dueNs() == Long.MAX_VALUE;
    }
}
