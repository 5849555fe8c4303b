package dev.millrace.perf.load;

import dev.millrace.perf.LightClient;
import dev.millrace.perf.LightLoop;
import dev.millrace.perf.LightObserver;
import dev.millrace.perf.LightOptions;
import dev.millrace.perf.LightTotals;
import dev.millrace.perf.Recording;
import dev.millrace.perf.SendTimes;
import dev.millrace.perf.WishHttp;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The crowd out of light clients, spread over their loops in turn. Safe for any thread. */
final class ClientCrowd implements Crowd {
    private static final int FRAMES_PER_SECOND = 30;

    /** Besides those asked for: 2 s, as most encoders for live video are set. */
    private static final int KEYFRAME_EVERY = 60;

    private final Target target;
    private final WishHttp http;
    private final LightOptions publishing;
    private final LightOptions playing;
    private final List<Loop> loops = new ArrayList<>();
    private final LightLoop publishers;
    private final Map<String, SendTimes> sendTimes = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();

    /** A thread's clients, and who hears what they live through. */
    private record Loop(LightLoop loop, LightObserver observer) {}

    ClientCrowd(LoadPlan plan, Clips clips, WishHttp http, JoinBook joins, DelayMeter delays, @Nullable ChatTalk chat) {
        this.target = plan.target();
        this.http = http;
        this.publishing = publishing(plan.media(), clips.recording());
        LightOptions playing = LightOptions.defaults()
                .withPictures(!plan.media().audioOnly())
                .withNack(plan.audience().repair())
                .withReports(true)
                .withDecryptEvery(plan.audience().decryptEvery());
        this.playing = chat == null ? playing : playing.withChannels(chat, ChatTalk.LABEL);
        // Of its own, lest pictures leave late because viewers' packets are being looked after.
        publishers = LightLoop.start("publish", LightLoop.Looking.EACH_MILLISECOND);
        for (int i = 0; i < plan.audience().loops(); i++) {
            LightLoop loop = LightLoop.start(
                    "load-" + i,
                    LightLoop.Looking.EACH_MILLISECOND,
                    !plan.audience().oneByOne());
            loops.add(new Loop(loop, new Observer(joins, delays.writer(), delays.settledWriter())));
        }
    }

    private static LightOptions publishing(LoadPlan.Media media, @Nullable Recording recording) {
        LightOptions options =
                LightOptions.defaults().withPictures(!media.audioOnly()).withPacing(media.pacing());
        if (recording == null) {
            return options.withVideo(Math.max(1, media.bitrateBps()), FRAMES_PER_SECOND, KEYFRAME_EVERY)
                    .withSimulcast(media.simulcast());
        }
        return media.simulcast() ? options.withLayers(recording.layers()) : options.withClip(recording.single());
    }

    private Loop loop() {
        return loops.get(Math.floorMod(next.getAndIncrement(), loops.size()));
    }

    private SendTimes sendTimes(String stream) {
        return sendTimes.computeIfAbsent(stream, name -> new SendTimes());
    }

    @Override
    public CompletableFuture<Crowd.Member> publish(String stream) {
        URI whip = target.whip(stream);
        LightOptions options = publishing.withToken(target.publishToken(stream)).withSendTimes(sendTimes(stream));
        return LightClient.publish(publishers, http, whip, options).thenApply(Member::new);
    }

    @Override
    public CompletableFuture<Crowd.Member> play(String stream) {
        Loop loop = loop();
        URI whep = target.whep(stream);
        LightOptions options = playing.withToken(target.watchToken(stream))
                .withSendTimes(sendTimes(stream))
                .withObserver(loop.observer());
        return LightClient.play(loop.loop(), http, whep, options).thenApply(Member::new);
    }

    @Override
    public Totals totals() {
        LightTotals all = publishers.totals();
        for (Loop loop : loops) {
            all = all.plus(loop.loop().totals());
        }
        return new Totals(
                all.packetsSent(),
                all.videoPackets() + all.audioPackets(),
                all.bytes(),
                all.missing(),
                all.keyframesAsked(),
                all.receiveDrops());
    }

    @Override
    public long takeLatestNs() {
        return loops.stream()
                .mapToLong(loop -> loop.loop().takeLatestNs())
                .max()
                .orElse(0);
    }

    @Override
    public int connected() {
        return loops.stream().mapToInt(loop -> loop.loop().totals().up()).sum();
    }

    @Override
    public void close() {
        loops.forEach(loop -> loop.loop().close());
        publishers.close();
    }

    private record Member(LightClient client) implements Crowd.Member {
        @Override
        public CompletableFuture<String> ended() {
            return client.ended();
        }

        @Override
        public CompletableFuture<Integer> leave() {
            return client.delete();
        }

        @Override
        public void vanish() {
            client.vanish();
        }
    }

    /** One loop's viewers. */
    private static final class Observer implements LightObserver {
        private final JoinBook joins;
        private final LongConsumer delays;
        private final LongConsumer settledDelays;

        Observer(JoinBook joins, LongConsumer delays, LongConsumer settledDelays) {
            this.joins = joins;
            this.delays = delays;
            this.settledDelays = settledDelays;
        }

        @Override
        public void onFirstPacket(long sincePostNs) {
            joins.firstPacket(sincePostNs);
        }

        @Override
        public void onFirstKeyframe(long sincePostNs) {
            joins.firstKeyframe(sincePostNs);
        }

        @Override
        public void onForwardDelay(long delayNs, boolean settled) {
            delays.accept(delayNs);
            if (settled) {
                settledDelays.accept(delayNs);
            }
        }
    }
}
