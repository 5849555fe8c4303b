package dev.millrace.media.rtmp;

/**
 * What an encoder wants to publish, in its own words; nothing of it was checked but its length.
 *
 * @param application of its URL: {@code live} of {@code rtmp://host/live/show}, with a query if it has one
 * @param name the stream key as it was typed, {@code show} or {@code show?key=…}
 * @param url {@code tcUrl}: the server's part of the URL
 * @param software {@code flashVer}: how the encoder describes itself
 */
public record PublishRequest(String application, String name, String url, String software) {
    /** The name is a secret, or has one in it. */
    @Override
    public String toString() {
        return "PublishRequest[" + software + "]";
    }
}
