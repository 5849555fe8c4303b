package dev.millrace.perf.load;

import dev.millrace.perf.WishRefused;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;

/** Why somebody did not get in, in words that tell what to do. */
final class Refusals {
    private static final int SHORT_CHARS = 80;

    private Refusals() {}

    /** The status of an answer that was no session; 0 when there was no answer. */
    static int status(Throwable why) {
        return cause(why) instanceof WishRefused refused ? refused.status() : 0;
    }

    static Throwable cause(Throwable why) {
        Throwable cause = why;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** A few words, the same for the same cause, to be counted by. */
    static String shortly(Throwable why) {
        return switch (cause(why)) {
            case HttpConnectTimeoutException e -> "connecting timed out";
            case HttpTimeoutException e -> "no answer in time";
            case ConnectException e -> "connection refused";
            case UnknownHostException e -> "unknown host";
            case UnresolvedAddressException e -> "unknown host";
            case SSLException e -> "TLS failed";
            case Throwable e -> firstWords(said(e));
        };
    }

    private static String said(Throwable e) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    }

    private static String firstWords(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() <= SHORT_CHARS ? line : line.substring(0, SHORT_CHARS) + "…";
    }

    /** Why nobody got in at an address. */
    static String sentence(String who, URI address, Throwable why) {
        return switch (cause(why)) {
            case WishRefused refused -> answered(who, address, refused);
            case HttpConnectTimeoutException e -> "nothing answers at " + address + ": connecting timed out";
            case HttpTimeoutException e -> address + " takes the request and does not answer it";
            case ConnectException e ->
                "nothing listens at " + address + ": is the server running, and is that its port?";
            case UnknownHostException e -> address.getHost() + " is not known: is the name right?";
            case UnresolvedAddressException e -> address.getHost() + " is not known: is the name right?";
            case SSLException e ->
                address + " and TLS do not go together (" + firstWords(said(e))
                        + "): --insecure takes any certificate, http:// needs none";
            case Throwable e ->
                address + " answered, but the " + who + " was not connected: " + firstWords(said(e))
                        + " (is the server's UDP port open, and are its candidates reachable from here?)";
        };
    }

    private static String answered(String who, URI address, WishRefused refused) {
        int status = refused.status();
        String said = refused.excerpt().isEmpty() ? "" : " (" + refused.excerpt() + ")";
        String begin = address + " answered the " + who + " with " + status;
        if (isPage(refused.excerpt())) {
            return begin + " and a page of HTML, not with an SDP answer: that is no WHIP or WHEP endpoint; --server,"
                    + " --whip and --whep say where they are";
        }
        return switch (status) {
            case 201 -> begin + ", but without an SDP answer and a Location: that is no WHIP or WHEP endpoint" + said;
            case 401, 403 -> begin + ": it wants another token; --token and --publish-token give one" + said;
            case 404, 405 -> begin + ": --server, --whip and --whep say where its endpoints are" + said;
            case 429, 503 -> begin + ": it takes nobody in now" + said;
            default -> begin + said;
        };
    }

    private static boolean isPage(String excerpt) {
        String lower = excerpt.toLowerCase(Locale.ROOT);
        return lower.startsWith("<!doctype html") || lower.startsWith("<html");
    }
}
