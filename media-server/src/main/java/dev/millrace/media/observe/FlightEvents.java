package dev.millrace.media.observe;

import java.time.Duration;
import java.util.Locale;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * What the JDK's flight recorder is told of Millrace (JEP 328): the few things that happen to a session or a loop, never
 * one for a packet. While nothing records, each costs a look at a flag.
 *
 * <p>A session's id lets its holder end it, so events carry its first characters only, as the log does. Any thread.
 */
public final class FlightEvents {
    private static final int SHOWN_ID = 8;

    private FlightEvents() {}

    /** Makes the recorder know the events; without, the first one would hold up a media loop for milliseconds. */
    public static void warmUp() {
        new SessionBegin().isEnabled();
        new SessionEnd().isEnabled();
        new LayerSwitch().isEnabled();
        new KeyframeRequest().isEnabled();
        new LoopStall().isEnabled();
        new TranscoderEnd().isEnabled();
    }

    /** A session was made. */
    public static void sessionBegin(String role, String stream, String session) {
        SessionBegin event = new SessionBegin();
        if (event.shouldCommit()) {
            event.of(role, stream, session);
            event.commit();
        }
    }

    /**
     * A session is over.
     *
     * @param codec of its video, or of its sound where there is none; empty if nothing flowed
     */
    public static void sessionEnd(
            String role, String stream, String session, String codec, String reason, Duration lasted) {
        SessionEnd event = new SessionEnd();
        if (event.shouldCommit()) {
            event.of(role, stream, session);
            event.codec = codec;
            event.reason = reason.toLowerCase(Locale.ROOT);
            event.lasted = lasted.toNanos();
            event.commit();
        }
    }

    /** A viewer gets another layer of the video; names are rids, or numbers where there are none. */
    public static void layerSwitch(String stream, String viewer, String from, String to, String reason) {
        LayerSwitch event = new LayerSwitch();
        if (event.shouldCommit()) {
            event.stream = stream;
            event.viewer = shown(viewer);
            event.from = from;
            event.to = to;
            event.reason = reason.toLowerCase(Locale.ROOT);
            event.commit();
        }
    }

    /** A publisher was asked for keyframes, within about a second. */
    public static void keyframeRequest(String stream, String publisher, long requests) {
        KeyframeRequest event = new KeyframeRequest();
        if (event.shouldCommit()) {
            event.stream = stream;
            event.publisher = shown(publisher);
            event.requests = requests;
            event.commit();
        }
    }

    /** @param stageNs by ordinal of the stage; read during the call only */
    @SuppressWarnings("EnumOrdinal") // an index into the array that LoopWatch made of the same enum
    static void loopStall(int loop, LoopWatch.Stage mostly, long[] stageNs, long sumNs) {
        LoopStall event = new LoopStall();
        if (event.shouldCommit()) {
            event.loop = loop;
            event.mostly = mostly.label();
            event.lasted = sumNs;
            event.waiting = stageNs[LoopWatch.Stage.WAIT.ordinal()];
            event.receiving = stageNs[LoopWatch.Stage.RECEIVE.ordinal()];
            event.tasks = stageNs[LoopWatch.Stage.TASKS.ordinal()];
            event.timers = stageNs[LoopWatch.Stage.TIMERS.ordinal()];
            event.flushing = stageNs[LoopWatch.Stage.FLUSH.ordinal()];
            event.commit();
        }
    }

    /** A transcoder's process ended although it was needed; another one is started when there is work. */
    public static void transcoderEnd(long pid, String reason) {
        TranscoderEnd event = new TranscoderEnd();
        if (event.shouldCommit()) {
            event.process = pid;
            event.reason = reason;
            event.commit();
        }
    }

    private static String shown(String session) {
        return session.substring(0, Math.min(SHOWN_ID, session.length()));
    }

    /** All are listed together; where in the code they are told is no news. */
    @Category("Millrace")
    @StackTrace(false)
    abstract static class Told extends Event {}

    abstract static class OfSession extends Told {
        @Label("Role")
        String role = "";

        @Label("Stream")
        String stream = "";

        @Label("Session")
        @Description("The first characters of its id")
        String session = "";

        void of(String itsRole, String itsStream, String itsId) {
            role = itsRole.toLowerCase(Locale.ROOT);
            stream = itsStream;
            session = shown(itsId);
        }
    }

    @Name("dev.millrace.SessionBegin")
    @Label("Session begins")
    static final class SessionBegin extends OfSession {}

    @Name("dev.millrace.SessionEnd")
    @Label("Session ends")
    static final class SessionEnd extends OfSession {
        @Label("Codec")
        String codec = "";

        @Label("Reason")
        String reason = "";

        @Label("Lasted")
        @Timespan
        long lasted;
    }

    @Name("dev.millrace.LayerSwitch")
    @Label("Layer switch")
    static final class LayerSwitch extends Told {
        @Label("Stream")
        String stream = "";

        @Label("Viewer")
        @Description("The first characters of its session's id")
        String viewer = "";

        @Label("From")
        @Description("The layer before; empty for the first one")
        String from = "";

        @Label("To")
        String to = "";

        @Label("Reason")
        @Description("Why the viewer gets that layer and none better")
        String reason = "";
    }

    @Name("dev.millrace.KeyframeRequest")
    @Label("Keyframes requested")
    static final class KeyframeRequest extends Told {
        @Label("Stream")
        String stream = "";

        @Label("Publisher")
        @Description("The first characters of its session's id")
        String publisher = "";

        @Label("Requests")
        @Description("Sent to the publisher within about a second")
        long requests;
    }

    @Name("dev.millrace.LoopStall")
    @Label("Loop stall")
    @Description("A media loop did not come around within 5 ms")
    static final class LoopStall extends Told {
        @Label("Loop")
        int loop;

        @Label("Mostly")
        String mostly = "";

        @Label("Lasted")
        @Timespan
        long lasted;

        @Label("Woken late")
        @Timespan
        long waiting;

        @Label("Receiving")
        @Timespan
        long receiving;

        @Label("Tasks")
        @Timespan
        long tasks;

        @Label("Timers")
        @Timespan
        long timers;

        @Label("Flushing")
        @Timespan
        long flushing;
    }

    @Name("dev.millrace.TranscoderEnd")
    @Label("Transcoder ends")
    static final class TranscoderEnd extends Told {
        @Label("Process")
        long process;

        @Label("Reason")
        String reason = "";
    }
}
