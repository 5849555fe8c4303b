package dev.millrace.media.chat;

/** What all rooms share. Owned by the chat thread. */
record House(ChatConfig config, ChatStore store, ParticipantIds ids, Outbox outbox, ChatCounters counters) {}
