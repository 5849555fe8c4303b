package dev.millrace.perf;

import dev.millrace.perf.HlsText.Piece;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One viewer by HLS or LL-HLS (rfc8216bis section 6.3): the first variant and its sound, each track with its own playlist.
 * Owned by its audience's loop.
 */
final class LightHls extends LightWatcher {
    private static final double AGAIN_S = 1;

    /** Plain players stay three target durations behind (RFC 8216 section 6.3.3). */
    private static final int TARGETS_BEHIND = 3;

    private final URI index;
    private final boolean lowLatency;
    private @Nullable PlayoutModel playout;
    private int tracks;

    LightHls(LightAudience audience, URI index, boolean lowLatency) {
        super(audience);
        this.index = index;
        this.lowLatency = lowLatency;
    }

    @Override
    void start() {
        get(
                index,
                body -> {
                    List<String> renditions = HlsText.renditions(body.toString(StandardCharsets.UTF_8));
                    tracks = renditions.size();
                    for (int i = 0; i < tracks; i++) {
                        new Rendition(i, index.resolve(renditions.get(i))).load();
                    }
                    if (tracks == 0) {
                        audience.after(AGAIN_S, this::start);
                    }
                },
                status -> audience.after(AGAIN_S, this::start));
    }

    @Override
    Optional<PlayoutModel> playout() {
        return Optional.ofNullable(playout);
    }

    private PlayoutModel playoutOf(HlsText text) {
        PlayoutModel known = playout;
        if (known == null) {
            double behindS = lowLatency ? text.partHoldBackS() : (TARGETS_BEHIND - 1) * text.targetS();
            known = new PlayoutModel(tracks, behindS);
            playout = known;
        }
        return known;
    }

    /** One track of the viewer. */
    private final class Rendition {
        private final int index;
        private final URI address;
        private final ArrayDeque<Piece> wanted = new ArrayDeque<>();
        private @Nullable String init;
        private boolean fetching;
        private boolean started;
        private double doneS;
        private double joinedS;

        Rendition(int index, URI address) {
            this.index = index;
            this.address = address;
        }

        void load() {
            load(address);
        }

        private void load(URI playlist) {
            get(
                    playlist,
                    body -> {
                        audience.playlists++;
                        onText(HlsText.read(body.toString(StandardCharsets.UTF_8)));
                    },
                    status -> audience.after(AGAIN_S, this::load));
        }

        private void onText(HlsText text) {
            PlayoutModel model = playoutOf(text);
            want(text, model);
            fetch(model);
            if (text.ended()) {
                return;
            }
            if (lowLatency) {
                String query = (address.getRawQuery() == null ? "?" : "&") + "_HLS_msn=" + text.openNumber()
                        + "&_HLS_part=" + text.openParts();
                load(URI.create(address + query));
            } else {
                audience.after(text.targetS() / 2, this::load);
            }
        }

        private void want(HlsText text, PlayoutModel model) {
            List<Piece> all = lowLatency ? text.parts() : text.segments();
            if (all.isEmpty()) {
                return;
            }
            if (!started) {
                started = true;
                doneS = startS(text, all);
                joinedS = all.getLast().endS();
                if (lowLatency) {
                    model.join(index, joinedS);
                }
            }
            if (text.init() != null && !text.init().equals(init)) {
                init = text.init();
                get(address.resolve(text.init()), body -> {}, status -> {});
            }
            for (Piece piece : all) {
                if (piece.startS() >= doneS - 0.001) {
                    doneS = piece.endS();
                    wanted.add(piece);
                }
            }
        }

        /** Where to begin: at the last piece a decoder can begin with that is far enough behind. */
        private double startS(HlsText text, List<Piece> all) {
            double edgeS = all.getLast().endS();
            double behindS = lowLatency ? text.partHoldBackS() : TARGETS_BEHIND * text.targetS();
            double startS = all.getFirst().startS();
            for (Piece piece : all) {
                if (piece.independent() && piece.startS() <= edgeS - behindS) {
                    startS = piece.startS();
                }
            }
            return startS;
        }

        /** One after the other, as players do. */
        private void fetch(PlayoutModel model) {
            Piece piece = wanted.peek();
            if (piece == null || fetching) {
                return;
            }
            wanted.remove();
            if (piece.gap()) {
                model.onMedia(index, piece.endS(), LightAudience.nowS());
                fetch(model);
                return;
            }
            fetching = true;
            get(
                    address.resolve(piece.uri()),
                    body -> {
                        fetching = false;
                        if (piece.endS() > joinedS) { // what was there before says nothing of how long it takes
                            audience.onPiece(piece.endS(), piece.durationS());
                        }
                        model.onMedia(index, piece.endS(), LightAudience.nowS());
                        fetch(model);
                    },
                    status -> {
                        fetching = false;
                        fetch(model);
                    });
        }
    }
}
