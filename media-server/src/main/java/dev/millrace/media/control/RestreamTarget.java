package dev.millrace.media.control;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a stream is pushed on to, taken apart: {@code rtmp://a.rtmp.youtube.com/live2} with a key beside it, or
 * {@code rtmp://live.twitch.tv/app/live_…} with the key in its path.
 *
 * @param url without the key, user and query; fit to be shown
 * @param application all of the path but the key
 * @param name the key, a secret, with its query if it has one
 */
public record RestreamTarget(boolean tls, String host, int port, String url, String application, String name) {
    private static final int RTMP_PORT = 1935;
    private static final int RTMPS_PORT = 443;
    private static final int MAX_LENGTH = 2_000;

    private static final String RULE = "A target is an address of rtmp or rtmps with the stream key beside it or at its"
            + " end, such as {\"url\": \"rtmps://a.rtmps.youtube.com/live2\", \"key\": \"…\"}";

    /** Why a stream may not be pushed there, in a sentence that has no key in it; null if it may. */
    public static @Nullable String refusal(String url, String key) {
        if (url.length() > MAX_LENGTH || key.length() > MAX_LENGTH) {
            return "The target's address or key is longer than " + MAX_LENGTH + " characters.";
        }
        if (hasControls(url) || hasControls(key)) {
            return "The target's address or key has control characters in it.";
        }
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            return RULE + "; this one cannot be read as a URI.";
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("rtmp") && !scheme.equals("rtmps")) {
            return RULE + ".";
        }
        if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 0xffff) {
            return RULE + "; this one names no host.";
        }
        if (uri.getRawUserInfo() != null) {
            return "A user and password in the address are not spoken here: the key is what says who may publish.";
        }
        String path = path(uri);
        if (path.isEmpty()) {
            return RULE + "; this one has no path, whose beginning is the application.";
        }
        if (key.isEmpty() && (path.indexOf('/') < 0 || path.endsWith("/"))) {
            return RULE + "; there is no key.";
        }
        return null;
    }

    private static boolean hasControls(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }

    /** Without the slash it begins with. */
    private static String path(URI uri) {
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return path.startsWith("/") ? path.substring(1) : path;
    }

    /** Of what {@link #refusal} allows; an empty key is the end of the URL. */
    public static RestreamTarget of(String url, String key) {
        String objection = refusal(url, key);
        if (objection != null) {
            throw new IllegalArgumentException(objection);
        }
        URI uri = URI.create(url);
        boolean tls = uri.getScheme().equalsIgnoreCase("rtmps");
        int port = uri.getPort() > 0 ? uri.getPort() : tls ? RTMPS_PORT : RTMP_PORT;
        String path = path(uri);
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        int slash = path.lastIndexOf('/');
        String application = key.isEmpty() ? path.substring(0, slash) : withoutSlash(path);
        String name = key.isEmpty() ? path.substring(slash + 1) + query : key;
        String shown = uri.getScheme().toLowerCase(Locale.ROOT) + "://" + uri.getRawAuthority() + "/" + application;
        return new RestreamTarget(
                tls, uri.getHost(), port, shown, key.isEmpty() ? application : application + query, name);
    }

    private static String withoutSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** The key is a secret. */
    @Override
    public String toString() {
        return "RestreamTarget[" + url + "]";
    }
}
