package dev.millrace.media.chat;

import dev.millrace.media.control.ChatRole;
import dev.millrace.media.control.RefusalKind;
import org.jspecify.annotations.Nullable;

/**
 * Who asks a room for what only some may: a participant, or an operator who is not in the room.
 *
 * @param who null for an operator
 */
record Asker(ChatRole role, @Nullable Participant who, Answer answer) {

    /** Where the answer to this one request goes. */
    interface Answer {
        /** {@code seq}: of the message it was about, or {@link Request#NONE}. */
        void done(long seq);

        /** It is as asked for already. */
        void unchanged(String detail);

        /** {@code kind} is for operators, who are told more precisely. */
        void refused(Refusal code, RefusalKind kind, String detail);
    }

    boolean is(String participant) {
        return who != null && who.id().equals(participant);
    }
}
