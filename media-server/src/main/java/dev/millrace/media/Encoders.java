package dev.millrace.media;

import dev.millrace.media.control.Ingest;
import dev.millrace.media.control.IngestListener;
import dev.millrace.media.control.IngestReply;
import dev.millrace.media.control.IngestRequest;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.media.net.MonotonicClock;
import dev.millrace.media.transcode.Transcoder;
import java.util.function.BooleanSupplier;

/** Lets encoders in whose media comes as elementary streams. Any thread. */
final class Encoders implements Ingest {
    private final Sessions sessions;
    private final EncoderServices services;
    private final BooleanSupplier draining;

    Encoders(
            Sessions sessions,
            Transcoder transcoder,
            int opusBps,
            boolean encodesReordered,
            WallTime time,
            BooleanSupplier draining) {
        this.sessions = sessions;
        this.draining = draining;
        this.services = new EncoderServices(
                transcoder,
                opusBps,
                encodesReordered,
                sessions::nextPublication,
                MonotonicClock::nowNs,
                time,
                (encoder, reason) -> sessions.ended(encoder.session(), encoder, encoder.codec(), reason));
    }

    @Override
    public IngestReply open(IngestRequest request, IngestListener listener) {
        if (draining.getAsBoolean()) {
            return new IngestReply.Refused(
                    RefusalKind.DRAINING, "This server is about to stop and takes no new broadcasts: try again later.");
        }
        Session session = sessions.encoder(request);
        Encoder encoder = new Encoder(session, sessions.pick(), services, listener);
        return new IngestReply.Opened(
                new EncoderIntake(encoder, listener, services.clock(), services.transcoder()::available));
    }
}
