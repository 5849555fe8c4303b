package dev.millrace.e2e;

import com.google.gson.JsonObject;
import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCBundlePolicy;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCIceGatheringState;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCRtpTransceiverDirection;
import dev.onvoid.webrtc.RTCRtpTransceiverInit;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.onvoid.webrtc.media.audio.AudioOptions;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import dev.onvoid.webrtc.media.video.CustomVideoSource;
import dev.onvoid.webrtc.media.video.NativeI420Buffer;
import dev.onvoid.webrtc.media.video.VideoFrame;
import dev.onvoid.webrtc.media.video.VideoTrack;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A native WebRTC program (libwebrtc inside a JVM): publishes a moving bar and what the headless audio module hears, or
 * plays and counts. The default audio module aborts the JVM where there is no sound card, and so may others of its
 * checks: it runs in a process of its own, see {@link OutsidePeer}.
 */
final class LibwebrtcPeer implements AutoCloseable {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;
    private static final int FRAMES_PER_SECOND = 30;
    private static final long LIMIT_S = 15;

    private final HeadlessAudioDeviceModule audioModule = new HeadlessAudioDeviceModule();
    private final PeerConnectionFactory factory = new PeerConnectionFactory(audioModule);
    private final CustomVideoSource videoSource = new CustomVideoSource();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final CompletableFuture<Void> gathered = new CompletableFuture<>();
    private final CountDownLatch connected = new CountDownLatch(1);
    private final AtomicInteger framesSeen = new AtomicInteger();
    private final AtomicInteger soundHeard = new AtomicInteger();
    private final RTCPeerConnection connection;
    private @Nullable ScheduledFuture<?> feed;
    private String location = "";

    LibwebrtcPeer() {
        var configuration = new RTCConfiguration();
        configuration.bundlePolicy = RTCBundlePolicy.MAX_BUNDLE;
        connection = factory.createPeerConnection(configuration, new Observer());
    }

    /** Offers to send one picture and one sound to a WHIP endpoint. */
    void publish(String url) {
        add(sound(), RTCRtpTransceiverDirection.SEND_ONLY);
        add(factory.createVideoTrack("video", videoSource), RTCRtpTransceiverDirection.SEND_ONLY);
        exchange(url);
        AtomicInteger frame = new AtomicInteger();
        long framePeriodUs = 1_000_000 / FRAMES_PER_SECOND;
        feed = clock.scheduleAtFixedRate(
                () -> pushFrame(frame.getAndIncrement()), 0, framePeriodUs, TimeUnit.MICROSECONDS);
    }

    /** Offers to receive one picture and one sound from a WHEP endpoint. */
    void play(String url) {
        // The binding adds transceivers by track only; on a receiving one its own track is never read.
        add(sound(), RTCRtpTransceiverDirection.RECV_ONLY);
        add(factory.createVideoTrack("video", videoSource), RTCRtpTransceiverDirection.RECV_ONLY);
        exchange(url);
    }

    /** {@code publish|play -url … -seconds …}: one JSON object on standard output at the end. */
    public static void main(String[] arguments) throws InterruptedException {
        double seconds = Double.parseDouble(arguments[4]);
        LibwebrtcPeer peer = new LibwebrtcPeer();
        if ("publish".equals(arguments[0])) {
            peer.publish(arguments[2]);
        } else {
            peer.play(arguments[2]);
        }
        boolean connected = peer.connected.await(LIMIT_S, TimeUnit.SECONDS);
        Thread.sleep(connected ? (long) (seconds * 1000) : 0);
        report(peer.outcome(connected));
        peer.close();
        System.exit(0);
    }

    private static void report(JsonObject outcome) {
        System.out.println(outcome);
    }

    private JsonObject outcome(boolean connected) {
        JsonObject outcome = new JsonObject();
        outcome.addProperty("connected", connected);
        outcome.addProperty("videoFrames", framesSeen.get());
        outcome.addProperty("audioBlocks", soundHeard.get());
        return outcome;
    }

    /** What the headless audio module hears. A source of our own beside it would race with it and abort. */
    private AudioTrack sound() {
        return factory.createAudioTrack("audio", factory.createAudioSource(new AudioOptions()));
    }

    private void add(MediaStreamTrack track, RTCRtpTransceiverDirection direction) {
        var init = new RTCRtpTransceiverInit();
        init.direction = direction;
        init.streamIds = List.of("libwebrtc");
        connection.addTransceiver(track, init);
    }

    private void exchange(String url) {
        RTCSessionDescription offer = await(created());
        await(set(offer, true));
        await(gathered);
        String sdp = connection.getLocalDescription().sdp;
        HttpPeer.Answer answer = HttpPeer.post(url, sdp);
        location = answer.location();
        await(set(new RTCSessionDescription(RTCSdpType.ANSWER, answer.body()), false));
    }

    private CompletableFuture<RTCSessionDescription> created() {
        CompletableFuture<RTCSessionDescription> result = new CompletableFuture<>();
        connection.createOffer(new RTCOfferOptions(), new CreateSessionDescriptionObserver() {
            @Override
            public void onSuccess(RTCSessionDescription description) {
                result.complete(description);
            }

            @Override
            public void onFailure(String error) {
                result.completeExceptionally(new IllegalStateException(error));
            }
        });
        return result;
    }

    private CompletableFuture<Boolean> set(RTCSessionDescription description, boolean local) {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        var observer = new SetSessionDescriptionObserver() {
            @Override
            public void onSuccess() {
                result.complete(true);
            }

            @Override
            public void onFailure(String error) {
                result.completeExceptionally(new IllegalStateException(error + "\n" + description.sdp));
            }
        };
        if (local) {
            connection.setLocalDescription(description, observer);
        } else {
            connection.setRemoteDescription(description, observer);
        }
        return result;
    }

    private static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(LIMIT_S, TimeUnit.SECONDS).join();
    }

    private void pushFrame(int number) {
        NativeI420Buffer buffer = NativeI420Buffer.allocate(WIDTH, HEIGHT);
        var luma = buffer.getDataY();
        int bar = number * 4 % WIDTH;
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                luma.put(y * buffer.getStrideY() + x, (byte) (Math.abs(x - bar) < 20 ? 235 : 60));
            }
        }
        for (var chroma : List.of(buffer.getDataU(), buffer.getDataV())) {
            for (int i = 0; i < chroma.capacity(); i++) {
                chroma.put(i, (byte) 128);
            }
        }
        var frame = new VideoFrame(buffer, System.nanoTime());
        videoSource.pushFrame(frame);
        frame.release();
    }

    @Override
    public void close() {
        if (feed != null) {
            feed.cancel(false);
        }
        clock.shutdownNow();
        if (!location.isEmpty()) {
            HttpPeer.delete(location);
        }
        connection.close();
        videoSource.dispose();
        factory.dispose();
        audioModule.dispose();
    }

    /** Called on libwebrtc's signaling thread. */
    private final class Observer implements PeerConnectionObserver {
        @Override
        public void onIceCandidate(RTCIceCandidate candidate) {
            // Not trickled: the offer waits until gathering is complete.
        }

        @Override
        public void onIceGatheringChange(RTCIceGatheringState gathering) {
            if (gathering == RTCIceGatheringState.COMPLETE) {
                gathered.complete(null);
            }
        }

        @Override
        public void onConnectionChange(RTCPeerConnectionState now) {
            if (now == RTCPeerConnectionState.CONNECTED) {
                connected.countDown();
            }
        }

        @Override
        public void onTrack(RTCRtpTransceiver transceiver) {
            switch (transceiver.getReceiver().getTrack()) {
                case VideoTrack video ->
                    video.addSink(frame -> {
                        framesSeen.incrementAndGet();
                        frame.release();
                    });
                case AudioTrack audio ->
                    audio.addSink((data, bits, rate, channels, frames) -> soundHeard.incrementAndGet());
                default -> throw new IllegalStateException("a track of no known kind");
            }
        }
    }
}
