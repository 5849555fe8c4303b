package dev.millrace.signaling.cli;

import dev.millrace.signaling.StartFailure;
import dev.millrace.signaling.config.Settings;
import dev.millrace.signaling.rtmp.RtmpPortTaken;
import java.net.BindException;

/** What to do about a start that failed. */
final class StartAdvice {
    private StartAdvice() {}

    static String of(StartFailure failure, Settings settings) {
        String message = String.valueOf(failure.getMessage());
        if (failure.getCause() instanceof RtmpPortTaken) {
            return "cannot start: " + message;
        }
        if (failure.getCause() instanceof BindException || message.contains("Address already in use")) {
            return "port " + settings.http().port()
                    + " is taken; set http.port to another one, or to 0 for any free one";
        }
        return "cannot start: " + message;
    }
}
