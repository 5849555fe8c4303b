package dev.millrace.media.chat;

import org.jspecify.annotations.Nullable;

/** One message on its way out, to one or to all; its bytes are shared by all who get it and never change. */
public final class Parcel {
    /** What it travels on. */
    public enum Lane {
        /** The chat: nobody who was welcomed may miss one. */
        CHAT,
        /** News that the next one replaces, such as presence; goes with the chat, skipped for whoever is behind. */
        NEWS,
        /** Reactions: lossy, over their own channel. */
        REACTIONS,
        /** An application's channel, named by its label. */
        APP
    }

    private final Lane lane;
    private final @Nullable String label;
    private final boolean binary;
    private final byte[] bytes;

    private Parcel(Lane lane, @Nullable String label, boolean binary, byte[] bytes) {
        this.lane = lane;
        this.label = label;
        this.binary = binary;
        this.bytes = bytes;
    }

    /** A JSON text for the chat, the news or the reactions. */
    public static Parcel of(Lane lane, byte[] utf8) {
        return new Parcel(lane, null, false, utf8);
    }

    /** An envelope for an application's channel. */
    public static Parcel app(String label, boolean binary, byte[] envelope) {
        return new Parcel(Lane.APP, label, binary, envelope);
    }

    public Lane lane() {
        return lane;
    }

    /** Of the application's channel; null on other lanes. */
    public @Nullable String label() {
        return label;
    }

    public boolean binary() {
        return binary;
    }

    /** Shared: not to be written to. */
    public byte[] bytes() {
        return bytes;
    }
}
