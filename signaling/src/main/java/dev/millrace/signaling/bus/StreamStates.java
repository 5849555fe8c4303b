package dev.millrace.signaling.bus;

import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.StreamInfo;
import dev.millrace.media.control.TrackInfo;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What signaling knows of every stream by the media server's events. Owned by the HTTP context. */
public final class StreamStates {

    /** One stream; {@code viewers} are the connected ones. */
    public record State(String stream, boolean live, List<TrackInfo> tracks, int viewers) {
        private boolean isNothing() {
            return !live && viewers == 0;
        }
    }

    private final Map<String, State> states = new HashMap<>();

    public State of(String stream) {
        return states.getOrDefault(stream, new State(stream, false, List.of(), 0));
    }

    /** All streams that have a publisher or viewers. */
    public Collection<State> all() {
        return List.copyOf(states.values());
    }

    /** What was there before the first event. */
    public void start(MediaReply.Described described) {
        for (StreamInfo info : described.streams()) {
            put(new State(
                    info.name(), info.live(), info.tracks(), info.viewers().size()));
        }
    }

    public void on(MediaEvent event) {
        State old = of(event.stream());
        switch (event) {
            case MediaEvent.StreamLive live -> put(new State(live.stream(), true, old.tracks(), old.viewers()));
            case MediaEvent.StreamIdle idle -> put(new State(idle.stream(), false, List.of(), old.viewers()));
            case MediaEvent.LayersChanged layers ->
                put(new State(layers.stream(), old.live(), layers.tracks(), old.viewers()));
            case MediaEvent.ViewerCount count ->
                put(new State(count.stream(), old.live(), old.tracks(), count.viewers()));
            case MediaEvent.LayerDemand d -> {}
            case MediaEvent.SessionConnected c -> {}
            case MediaEvent.SessionClosed c -> {}
            case MediaEvent.ReconnectNeeded r -> {}
            case MediaEvent.RecordingChanged r -> {}
        }
    }

    private void put(State state) {
        if (state.isNothing() && state.tracks().isEmpty()) {
            states.remove(state.stream());
        } else {
            states.put(state.stream(), state);
        }
    }
}
