package dev.millrace.media.chat;

import java.util.concurrent.ConcurrentMap;

/**
 * What all rooms share. Owned by the chat thread.
 *
 * @param playing what each room's connections say that they play, for any thread to read
 */
record House(
        ChatConfig config,
        ChatStore store,
        ParticipantIds ids,
        Outbox outbox,
        ChatCounters counters,
        ConcurrentMap<String, Viewers> playing) {}
