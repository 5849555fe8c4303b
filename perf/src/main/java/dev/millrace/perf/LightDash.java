package dev.millrace.perf;

import io.vertx.core.http.HttpClientResponse;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One viewer by LL-DASH: follows the numbers of one representation of each kind, and takes their segments chunk by chunk
 * while they are being made. Owned by its audience's loop.
 */
final class LightDash extends LightWatcher {
    private static final double AGAIN_S = 1;

    /** A segment that is not there yet will be in a moment. */
    private static final double SOON_S = 0.1;

    /** What was asked for and is not there so often in a row is not what is being made: the manifest tells more. */
    private static final int MISSES = 10;

    private final URI manifest;
    private @Nullable PlayoutModel playout;

    LightDash(LightAudience audience, URI manifest) {
        super(audience);
        this.manifest = manifest;
    }

    @Override
    void start() {
        get(
                manifest,
                body -> {
                    audience.playlists++;
                    DashText text = DashText.read(body.getBytes());
                    if (text.tracks().isEmpty()) {
                        audience.after(AGAIN_S, this::start);
                        return;
                    }
                    playout = new PlayoutModel(text.tracks().size(), text.targetS());
                    for (int i = 0; i < text.tracks().size(); i++) {
                        new Follower(i, text.tracks().get(i), playout).begin();
                    }
                },
                status -> audience.after(AGAIN_S, this::start));
    }

    @Override
    Optional<PlayoutModel> playout() {
        return Optional.ofNullable(playout);
    }

    /** One track of the viewer. */
    private final class Follower {
        private final int index;
        private final DashText.Template template;
        private final PlayoutModel model;
        private long number;
        private double joinedS;
        private int misses;

        Follower(int index, DashText.Template template, PlayoutModel model) {
            this.index = index;
            this.template = template;
            this.model = model;
        }

        void begin() {
            joinedS = LightAudience.nowS();
            number = template.number(joinedS);
            get(manifest.resolve(template.init()), body -> {}, status -> {});
            next();
        }

        private void next() {
            open(manifest.resolve(template.address(number)), this::take, status -> {
                if (++misses < MISSES) {
                    audience.after(SOON_S, this::next);
                }
            });
        }

        private void take(HttpClientResponse response) {
            misses = 0;
            ChunkReader chunks = new ChunkReader(this::onChunk);
            response.handler(chunks::onBytes);
            response.exceptionHandler(e -> {
                audience.errors++;
                goOn();
            });
            response.endHandler(v -> goOn());
        }

        private void goOn() {
            if (!audience.closed) {
                number++;
                next();
            }
        }

        private void onChunk(long decodeTime, long duration) {
            double endS = template.zeroS() + (decodeTime + duration) / template.timescale();
            if (endS > joinedS) {
                audience.onPiece(endS, duration / template.timescale());
            }
            model.onMedia(index, endS, LightAudience.nowS());
        }
    }
}
