package dev.millrace.perf.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;

/** A front as a process: {@code janus PORT API-URL} or {@code livekit PORT URL KEY SECRET}; says so when it listens. */
public final class FrontMain {
    private static final int USAGE = 2;
    private static final int FAILED = 3;
    private static final int LIVEKIT_WORDS = 5;
    private static final int JANUS_WORDS = 3;

    private FrontMain() {}

    public static void main(String[] words) throws InterruptedException {
        // Or each answer waits for an acknowledgement, 40 ms.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        boolean janus = words.length == JANUS_WORDS && words[0].equals("janus");
        boolean livekit = words.length == LIVEKIT_WORDS && words[0].equals("livekit");
        if (!janus && !livekit) {
            System.err.println("usage: janus PORT API-URL | livekit PORT URL KEY SECRET");
            System.exit(USAGE);
        }
        try {
            URI server = URI.create(words[2]);
            Backend backend = janus ? new JanusBackend(server) : new LiveKitBackend(server, words[3], words[4]);
            Front front = new Front(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(words[1])), backend);
            System.out.println("front of " + words[0] + " listens on port " + front.port());
        } catch (IOException e) {
            System.err.println("the front of " + words[0] + " cannot work: " + e.getMessage());
            System.exit(FAILED);
        }
    }
}
