package dev.millrace.media;

import dev.millrace.media.chat.Viewers;

/** A stream as the chat's newcomers are told of it: its viewers by sessions and without. Any thread. */
record ChatStage(Broadcasts broadcasts, Watching watching) implements Chat.Stage {
    @Override
    public Viewers viewers(String stream) {
        return watching.with(broadcasts.viewers(stream), stream);
    }

    @Override
    public boolean isLive(String stream) {
        return broadcasts.isLive(stream);
    }
}
