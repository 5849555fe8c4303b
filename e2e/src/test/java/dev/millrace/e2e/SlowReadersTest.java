package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.MeasuredServer.Footprint;
import dev.millrace.perf.LightClient;
import dev.millrace.perf.LightOptions;
import dev.millrace.perf.LightStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Clients that open channels and then read nothing cost the others nothing, and the server little. */
@Alone
class SlowReadersTest {
    private static final int DEAF = 20;

    /** Together several times what is kept for who is behind. */
    private static final int MESSAGES = 60;

    private static final int MESSAGE_CHARS = 200_000;

    private static final double MIB = 1024.0 * 1024;

    /** A few times what is kept once for all of them, whatever their number, and 64 KiB each. */
    private static final double MAX_MIB = 40;

    private static final LightOptions VIDEO = LightOptions.defaults().withVideo(1_000_000, 30, 60);

    @Test
    void aReaderThatNeverReadsSlowsNobodyAndHoldsLittle() {
        try (ServerProcess server = ServerProcess.start();
                LightCrowd crowd = new LightCrowd()) {
            ChatClient host = ChatClient.publish(crowd, server.whip("s"), VIDEO, "chat", "load");
            host.hello("");
            ChatClient good = ChatClient.play(crowd, server.whep("s"), VIDEO, "chat", "load");
            good.hello("");
            List<LightClient> deaf = deaf(crowd, server);
            host.say("before", "before");
            good.await("said", "before");
            Footprint before = server.footprint();
            LightStats statsBefore = good.client().stats().join();

            List<String> sent = new ArrayList<>();
            for (int i = 0; i < MESSAGES; i++) {
                String text = i + "x".repeat(MESSAGE_CHARS);
                sent.add(text);
                host.send("load", text);
                int so = i + 1;
                good.await("message " + i, heard -> good.of("app").count() >= so);
            }
            host.say("after", "after");
            good.await("said", "after");

            Footprint after = server.footprint();
            double mib = (after.heapBytes() - before.heapBytes() + after.directBytes() - before.directBytes()) / MIB;
            LightStats stats = good.client().stats().join();
            Map<String, Number> figures = new TreeMap<>();
            figures.put("deaf-readers", DEAF);
            figures.put("mib-sent-to-each", MESSAGES * (double) MESSAGE_CHARS / MIB);
            figures.put("mib-more", mib);
            Figures.write("chat-slow-readers", figures);

            assertThat(good.of("app").map(heard -> heard.json().get("text").getAsString()))
                    .containsExactlyElementsOf(sent);
            assertThat(good.said()).containsExactly("before", "after");
            assertThat(mib).isLessThan(MAX_MIB);
            // What the kernel drops at a socket nobody got to read from is the busy machine's.
            assertThat(stats.video().missing() - statsBefore.video().missing())
                    .isLessThanOrEqualTo(KernelLoss.ofThisProcess() + server.kernelDrops());
            assertThat(stats.video().packets())
                    .isGreaterThan(statsBefore.video().packets());
            assertThat(deaf).hasSize(DEAF);
        }
    }

    /** Clients with both channels that have said hello and from then on read nothing. */
    private static List<LightClient> deaf(LightCrowd crowd, ServerProcess server) {
        ChatReaders readers = new ChatReaders();
        List<DeafRecords> records = new CopyOnWriteArrayList<>();
        LightOptions options = VIDEO.withData((client, loop) -> {
            DeafRecords made = new DeafRecords(loop.association(client, readers, List.of("chat", "load")));
            records.add(made);
            return made;
        });
        // A wrapped association cannot be written to: they open both channels, and subscribe by that.
        List<LightClient> clients = crowd.play(server.whep("s"), DEAF, options);
        Await.until("channels are open", ChatClient.LIMIT, readers::opened, count -> count == 2 * DEAF);
        records.forEach(DeafRecords::stopListening);
        return clients;
    }
}
