package dev.millrace.media.origin;

import dev.millrace.media.control.OriginRefusal;
import dev.millrace.media.control.OriginReply;
import dev.millrace.media.playlist.BlockingReload.Decision;
import dev.millrace.media.playlist.Directives;
import dev.millrace.media.playlist.Progress;
import org.jspecify.annotations.Nullable;

/**
 * A text that changes as the broadcast goes on, and who waits for it to: rendered at most once a state and form, when the
 * first one wants it, by the origin's thread; handed out by any.
 *
 * <p>Who asks for what is there already is answered on their own thread. Who has to wait is put down without a word to the
 * origin's thread, which looks through them when there is something new.
 */
final class Page {
    /** Decides about a request; any thread, has no state. */
    interface Rule {
        Decision decide(Held request, Progress progress, long heldNs);
    }

    /** Renders the page as it is now; on the origin's thread. */
    interface Writer {
        TextTemplate write(boolean skip);
    }

    /** One state of the page; what was written of it so far. */
    private static final class Version {
        final Progress progress;
        volatile @Nullable TextTemplate whole;
        volatile @Nullable TextTemplate delta;

        Version(Progress progress) {
            this.progress = progress;
        }

        @Nullable
        TextTemplate written(boolean skip) {
            return skip ? delta : whole;
        }
    }

    private final Rule rule;
    private final Writer writer;
    private final OriginReply.Freshness freshness;
    private final Runnable wake;
    private final Waiting waiting = new Waiting();
    private volatile Version current;

    /** @param wake makes the origin's thread call {@link #answer} soon; from any thread */
    Page(Progress progress, OriginReply.Freshness freshness, Rule rule, Writer writer, Runnable wake) {
        this.current = new Version(progress);
        this.freshness = freshness;
        this.rule = rule;
        this.writer = writer;
        this.wake = wake;
    }

    Progress progress() {
        return current.progress;
    }

    /** Answers a request now, if that can be done without the origin's thread; else null: it is to be {@link #hold held}. */
    @Nullable
    OriginReply now(Held request) {
        Version version = current;
        return switch (rule.decide(request, version.progress, 0)) {
            case Decision.Serve serve -> {
                TextTemplate text = version.written(wantsSkip(request));
                yield text == null ? null : reply(request, text, version.progress);
            }
            case Decision.Wait wait -> null;
            case Decision.Refuse refuse -> refusal(refuse);
        };
    }

    /** Keeps a request until it can be answered. */
    void hold(Held request) {
        // What came while it was put down was told to those before it only.
        if (waiting.add(request) && !(rule.decide(request, current.progress, 0) instanceof Decision.Wait)) {
            wake.run();
        }
    }

    /** There is something new; on the origin's thread. */
    void publish(Progress progress, long nowNs) {
        current = new Version(progress);
        answer(nowNs);
    }

    /** Answers those that can be by now, or cannot wait any longer; on the origin's thread. */
    void answer(long nowNs) {
        Version version = current;
        waiting.answer(request -> answer(request, version, nowNs));
    }

    private boolean answer(Held request, Version version, long nowNs) {
        return switch (rule.decide(request, version.progress, request.heldNs(nowNs))) {
            case Decision.Serve serve -> {
                request.complete(reply(request, write(version, wantsSkip(request)), version.progress));
                yield true;
            }
            case Decision.Wait wait -> false;
            case Decision.Refuse refuse -> {
                request.complete(refusal(refuse));
                yield true;
            }
        };
    }

    private TextTemplate write(Version version, boolean skip) {
        TextTemplate text = version.written(skip);
        if (text == null) {
            text = writer.write(skip);
            if (skip) {
                version.delta = text;
            } else {
                version.whole = text;
            }
        }
        return text;
    }

    private static boolean wantsSkip(Held request) {
        return request.directives.skip() != Directives.Skip.NO;
    }

    private OriginReply reply(Held request, TextTemplate text, Progress progress) {
        OriginReply.Freshness fresh = progress.ended()
                ? OriginReply.Freshness.FINAL
                : request.directives.number() >= 0 ? OriginReply.Freshness.NUMBERED : freshness;
        return new OriginReply.Text(text.with(request.carried), fresh);
    }

    static OriginReply refusal(Decision.Refuse refuse) {
        OriginRefusal kind =
                switch (refuse.status()) {
                    case 400 -> OriginRefusal.BAD_REQUEST;
                    case 404 -> OriginRefusal.NOT_FOUND;
                    default -> OriginRefusal.HALTED;
                };
        return new OriginReply.Refused(kind, refuse.sentence());
    }

    /** Nothing comes any more: refuses all that wait, and who would; on the origin's thread. */
    void close(OriginReply.Refused reply) {
        waiting.close(reply);
    }
}
