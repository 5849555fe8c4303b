package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.sctp.wire.ChunkType;
import dev.millrace.media.sctp.wire.DataChunk;
import dev.millrace.media.sctp.wire.InitChunk;
import dev.millrace.media.sctp.wire.PacketWriter;
import dev.millrace.media.sctp.wire.SackChunk;
import dev.millrace.perf.LightChannelListener;
import dev.millrace.perf.LightClient;
import dev.millrace.perf.LightOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ObjIntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A viewer who breaks SCTP on purpose, over its own good DTLS, against the whole server: what it sends is counted under
 * its name, its own picture goes on, and nobody else notices.
 */
class HostileChannelsTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int PPID_DCEP = 50;
    private static final int PPID_TEXT = 51;
    private static final LightOptions MEDIA = LightOptions.defaults().withVideo(300_000, 15, 30);

    private final LightCrowd crowd = new LightCrowd();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final AtomicReference<HostileRecords> records = new AtomicReference<>();
    private LightClient publisher;
    private LightClient honest;
    private LightClient hostile;

    private HostileRecords records() {
        return Objects.requireNonNull(records.get(), "the hostile one has no association");
    }

    @BeforeEach
    void connect() {
        String stream = SERVER.freshStream();
        URI whep = URI.create(SERVER.whep(stream));
        publisher = crowd.publish(URI.create(SERVER.whip(stream)), MEDIA);
        honest = crowd.play(whep, 1, MEDIA.withChannels(new Hearing(), "chat")).getFirst();
        hostile = crowd.play(whep, 1, MEDIA.withData((client, loop) -> {
                    HostileRecords made = new HostileRecords(loop);
                    records.set(made);
                    return made;
                }))
                .getFirst();
        records().awaitUp();
        Await.until("the honest one's chat is open", LIMIT, () -> heard, seen -> seen.contains("open chat"));
    }

    private final class Hearing implements LightChannelListener {
        @Override
        public void onOpen(LightClient client, String label, long nowNs) {
            heard.add("open " + label);
        }

        @Override
        public void onText(LightClient client, String label, byte[] b, int off, int len, long nowNs) {
            heard.add(new String(b, off, len, StandardCharsets.UTF_8));
        }
    }

    @AfterEach
    void close() {
        LightCrowd.delete(List.of(publisher, honest, hostile));
        crowd.close();
    }

    private static long dropped(String reason) {
        String metrics = HttpPeer.send(
                        HttpPeer.request(SERVER.url("/metrics")).GET().build())
                .body();
        Matcher line = Pattern.compile(
                        "^millrace_media_drops_total\\{[^}]*reason=\"" + reason.toLowerCase(Locale.ROOT)
                                + "\"[^}]*} (\\S+)",
                        Pattern.MULTILINE)
                .matcher(metrics);
        return line.find() ? (long) Double.parseDouble(line.group(1)) : 0;
    }

    /** Sends the packets, and waits until the server has counted something under that reason. */
    private void attack(String reason, int packets, int tagOffset, ObjIntConsumer<PacketWriter> chunks) {
        long before = dropped(reason);
        records().inject(packets, tagOffset, chunks);
        Await.until(reason + " is counted", LIMIT, () -> dropped(reason), now -> now > before);
    }

    private void othersAndTheHostilesOwnPictureGoOn(String name) {
        long ownBefore = packets(hostile);
        long othersBefore = packets(honest);
        Await.until("the hostile one's picture goes on", LIMIT, () -> packets(hostile), now -> now > ownBefore + 20);
        Await.until("the honest one's picture goes on", LIMIT, () -> packets(honest), now -> now > othersBefore + 20);
        honest.send("chat", "{\"type\":\"hello\",\"name\":\"" + name + "\"}").join();
        Await.until("the honest one is welcome", LIMIT, () -> heard, seen -> seen.stream()
                .anyMatch(text -> text.contains("welcome") && text.contains(name)));
    }

    private static long packets(LightClient client) {
        return client.stats().join().video().packets();
    }

    private static void init(PacketWriter to, Random random) {
        new InitChunk(random.nextInt() | 1, 65_536, 10, 10, random.nextInt(), new byte[0], true, true, true).write(to);
    }

    @Test
    void initsWrongTagsForgedAcknowledgementsAndStreamsOverTheLimit() {
        Random random = new Random(1);
        long unexpected = dropped("SCTP_UNEXPECTED");
        records().injectUntagged(3_000, to -> init(to, random));
        Await.until("INITs are counted", LIMIT, () -> dropped("SCTP_UNEXPECTED"), now -> now > unexpected + 500);
        attack("SCTP_BAD_TAG", 500, 1, (to, i) -> to.chunk(ChunkType.ABORT, 0).endChunk());
        attack("SCTP_FORGED_ACK", 500, 0, (to, i) -> {
            SackChunk.begin(to, random.nextInt() | 0x40000000, 1 << 16, 0, 0);
            to.endChunk();
        });
        byte[] bytes = new byte[100];
        int next = records().nextTsn();
        attack(
                "SCTP_BAD_STREAM",
                100,
                0,
                (to, i) -> DataChunk.write(
                        to, DataChunk.BEGIN | DataChunk.END, next + i, 60_000 + i, 0, PPID_TEXT, bytes, 0, 100));
        assertThat(records().closed()).isEmpty();
        assertThat(records().isUp()).isTrue();
        othersAndTheHostilesOwnPictureGoOn("Ann");
    }

    @Test
    void emptyChunksAndFragmentsThatContradictEachOther() {
        int next = records().nextTsn();
        attack("SCTP_MALFORMED", 100, 0, (to, i) -> to.chunk(ChunkType.DATA, 3)
                .put32(next)
                .put32(0)
                .put32(PPID_TEXT)
                .endChunk());
        byte[] bytes = new byte[100];
        attack(
                "SCTP_PROTOCOL_VIOLATION",
                2,
                0,
                (to, i) -> DataChunk.write(to, DataChunk.BEGIN, next + i, 0, 1, PPID_TEXT, bytes, 0, 100));
        Await.until("the association is aborted", LIMIT, () -> records().closed(), why -> why.contains("aborted"));
        othersAndTheHostilesOwnPictureGoOn("Bob");
    }

    @Test
    void garbageBehindAGoodTag() {
        Random random = new Random(2);
        byte[] noise = new byte[1_000];
        records().inject(2_000, 0, (to, i) -> {
            random.nextBytes(noise);
            to.chunk(random.nextInt(256), random.nextInt(256))
                    .put(noise, 0, 4 * random.nextInt(250))
                    .endChunk();
        });
        othersAndTheHostilesOwnPictureGoOn("Cid");
    }

    /** It enters the chat and then acknowledges nothing, while the others write it more than it may be owed. */
    @Test
    void aReaderWhoNeverAcknowledges() {
        byte[] label = "chat".getBytes(StandardCharsets.UTF_8);
        byte[] open = new byte[12 + label.length];
        open[0] = 3;
        open[9] = (byte) label.length;
        System.arraycopy(label, 0, open, 12, label.length);
        int next = records().nextTsn();
        records().turnDeaf();
        records()
                .inject(
                        1,
                        0,
                        (to, i) -> DataChunk.write(
                                to, DataChunk.BEGIN | DataChunk.END, next, 2, 0, PPID_DCEP, open, 0, open.length));
        othersAndTheHostilesOwnPictureGoOn("Dan");
        String text = "x".repeat(1_500);
        for (int i = 0; i < 60; i++) {
            honest.send("chat", "{\"type\":\"say\",\"id\":\"c" + i + "\",\"text\":\"" + text + "\"}")
                    .join();
            Await.pause(50);
        }
        Await.until(
                "the honest one's words come back to it",
                LIMIT,
                () -> heard.stream().filter(line -> line.contains("\"said\"")).count(),
                said -> said >= 20);
        othersAndTheHostilesOwnPictureGoOn("Dora");
    }
}
