package dev.millrace.media;

import dev.millrace.media.chat.Audience;
import dev.millrace.media.chat.Line;
import dev.millrace.media.chat.Member;
import dev.millrace.media.chat.Outlet;
import dev.millrace.media.chat.Parcel;
import dev.millrace.media.chat.Seat;
import dev.millrace.media.net.EventLoop;
import dev.millrace.media.net.Timer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * The members whose data channels are on one media loop. The outlet's methods belong to the chat thread, which collects
 * what a batch has for this loop and hops once; everything else belongs to the loop.
 */
final class LoopOutlet implements Outlet {
    /** Readers served in a cycle of the loop, about a millisecond of sending; media has its turn after each. */
    private static final int READERS_A_CYCLE = 64;

    /**
     * A room's readers, or one of its applications' channels'.
     *
     * @param label of the application's channel, null for the chat
     */
    private record Place(String stream, @Nullable String label) {}

    private final EventLoop loop;
    private final Timer timer;
    private final Map<Place, Audience> audiences = new HashMap<>();

    /** Audiences that want to be served, each once. */
    private final SequencedSet<Audience> wanting = new LinkedHashSet<>();

    /** Of the batch under way; chat thread. */
    private List<Runnable> batch = new ArrayList<>();

    LoopOutlet(EventLoop loop) {
        this.loop = loop;
        this.timer = new Timer(this::serve);
    }

    EventLoop loop() {
        return loop;
    }

    // ---- chat thread

    @Override
    public void welcome(Member member, List<Parcel> first) {
        batch.add(() -> of(member).welcome(member, first));
    }

    @Override
    public void toMember(Member member, Parcel parcel) {
        batch.add(() -> of(member).toMember(member, parcel));
    }

    @Override
    public void toAll(String stream, Parcel parcel) {
        Place place = new Place(stream, parcel.label());
        batch.add(() -> {
            Audience audience = audiences.get(place);
            if (audience != null) {
                audience.toAll(parcel);
                wants(audience);
            }
        });
    }

    @Override
    public void subscribed(Member member, String label, boolean on) {
        // An open channel says it.
    }

    @Override
    public void end(Member member, String why) {
        batch.add(() -> of(member).end(member, why));
    }

    private static SessionChannels of(Member member) {
        return (SessionChannels) member.connection();
    }

    /** The batch is through: what it had for this loop goes there. */
    void flush() {
        if (batch.isEmpty()) {
            return;
        }
        Iterator<Runnable> all = batch.iterator();
        batch = new ArrayList<>();
        loop.execute(() -> run(all));
    }

    // ---- loop

    /** What fails costs itself only: the loop counts it, the rest is next. */
    private void run(Iterator<Runnable> rest) {
        try {
            while (rest.hasNext()) {
                rest.next().run();
            }
        } finally {
            if (rest.hasNext()) {
                loop.execute(() -> run(rest));
            }
        }
    }

    /** A reader of a stream's chat, or of an application's channel. */
    Seat sit(String stream, @Nullable String label, Line line) {
        return audiences
                .computeIfAbsent(new Place(stream, label), place -> new Audience())
                .sit(line);
    }

    void welcome(String stream, @Nullable String label, Seat seat, List<Parcel> first) {
        Audience audience = audiences.get(new Place(stream, label));
        if (audience != null) {
            audience.welcome(seat, first);
            wants(audience);
        }
    }

    /** False when too much waits for that reader. */
    boolean toSeat(String stream, @Nullable String label, Seat seat, Parcel parcel) {
        Audience audience = audiences.get(new Place(stream, label));
        if (audience == null || !audience.toSeat(seat, parcel)) {
            return false;
        }
        wants(audience);
        return true;
    }

    void onRoom(String stream, @Nullable String label, Seat seat) {
        Audience audience = audiences.get(new Place(stream, label));
        if (audience != null) {
            audience.onRoom(seat);
            wants(audience);
        }
    }

    void end(String stream, @Nullable String label, Seat seat, String why) {
        Audience audience = audiences.get(new Place(stream, label));
        if (audience != null) {
            audience.end(seat, why, loop.nowNs());
        }
    }

    void leave(String stream, @Nullable String label, Seat seat) {
        Place place = new Place(stream, label);
        Audience audience = audiences.get(place);
        if (audience != null) {
            audience.leave(seat);
            if (audience.isEmpty()) {
                audiences.remove(place);
            }
        }
    }

    private void wants(Audience audience) {
        if (audience.isWanted()) {
            wanting.add(audience);
            if (!timer.isSet()) {
                loop.timers().set(timer, loop.nowNs());
            }
        }
    }

    /** One slice; the next is due in the next cycle, after the loop has received and sent. */
    private void serve(long nowNs) {
        int left = READERS_A_CYCLE;
        while (left > 0 && !wanting.isEmpty()) {
            Audience audience = wanting.removeFirst();
            left -= audience.serve(left, nowNs);
            if (audience.isWanted()) {
                wanting.add(audience);
            }
        }
        if (!wanting.isEmpty()) {
            loop.timers().set(timer, nowNs + 1);
        }
    }
}
