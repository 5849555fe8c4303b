package dev.millrace.signaling.cli;

import dev.millrace.signaling.StartFailure;
import dev.millrace.signaling.config.Settings;
import java.net.BindException;

/** What to do about a start that failed. */
final class StartAdvice {
    private StartAdvice() {}

    static String of(StartFailure failure, Settings settings) {
        Throwable cause = failure.getCause();
        if (cause instanceof BindException || isBind(failure)) {
            boolean media = String.valueOf(failure.getMessage()).startsWith("media.port");
            String key = media ? "media.port" : "http.port";
            int port = media ? settings.media().port() : settings.http().port();
            return "port " + port + " is taken (" + failure.getMessage() + "); set " + key
                    + " to another one, or to 0 for any free one";
        }
        return "cannot start: " + failure.getMessage();
    }

    private static boolean isBind(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("Address already in use") || message.contains("in use");
    }
}
