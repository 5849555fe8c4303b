package dev.millrace.media.control;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the media server tells everybody who listens. */
public sealed interface MediaEvent {

    String stream();

    /** Media of a publisher flows. */
    record StreamLive(String stream, String session) implements MediaEvent {}

    /** The stream has no publisher any more. */
    record StreamIdle(String stream, String session, CloseReason reason) implements MediaEvent {}

    /** Tracks or layers came, went or changed size. */
    record LayersChanged(String stream, List<TrackInfo> tracks) implements MediaEvent {}

    /**
     * Which layers of a publisher's video somebody watches, told when it changes: a layer nobody wants may rest.
     *
     * @param session the publisher's
     * @param mid the media section
     * @param layers by rid, whether it is wanted
     */
    record LayerDemand(String stream, String session, String mid, Map<String, Boolean> layers) implements MediaEvent {}

    /** The number of connected viewers changed; at most one a second a stream. */
    record ViewerCount(String stream, int viewers) implements MediaEvent {}

    /**
     * ICE and DTLS of a session are up, or an encoder may send.
     *
     * @param afterMs since it was made
     */
    record SessionConnected(String stream, String session, Role role, String transport, long afterMs)
            implements MediaEvent {}

    /**
     * A session is gone.
     *
     * @param link the connection to a viewer as it was last, null for a publisher and when no media flowed
     * @param layerSwitches how often a viewer got another layer in place of one
     */
    record SessionClosed(
            String stream,
            String session,
            Role role,
            CloseReason reason,
            @Nullable LinkInfo link,
            long layerSwitches) implements MediaEvent {}

    /** This viewer cannot be served what is published now and should negotiate anew. */
    record ReconnectNeeded(String stream, String session, String detail) implements MediaEvent {}

    /**
     * A recording began or is over.
     *
     * @param state as in {@link MediaReply.RecordingState}; {@code finished} when it is over
     * @param detail a sentence if something is wrong, otherwise empty
     */
    record RecordingChanged(String stream, String id, String state, String detail) implements MediaEvent {}
}
