package dev.millrace.media.rtmp;

/**
 * Where a stream is published on another server, in the words of its URL.
 *
 * @param application {@code live2} of {@code rtmp://a.rtmp.youtube.com/live2}
 * @param url {@code tcUrl}: the URL without the key
 * @param name the stream key, with its query if it has one
 */
public record PushTarget(String application, String url, String name) {
    /** Shorter ones would turn words of a sentence into dots, and keep no secret. */
    private static final int SHORTEST_KEY = 4;

    /** The same text without the key, which a server may repeat in what it says. */
    String withoutKey(String text) {
        int query = name.indexOf('?');
        String path = query < 0 ? name : name.substring(0, query);
        String hidden = name.length() < SHORTEST_KEY ? text : text.replace(name, "…");
        return path.length() < SHORTEST_KEY ? hidden : hidden.replace(path, "…");
    }

    /** The name is a secret. */
    @Override
    public String toString() {
        return "PushTarget[" + url + "]";
    }
}
