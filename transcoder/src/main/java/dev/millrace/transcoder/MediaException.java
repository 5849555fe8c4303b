package dev.millrace.transcoder;

/** FFmpeg cannot do what is asked of it, mostly since the media are not what they say; its message is for people. */
final class MediaException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MediaException(String message) {
        super(message);
    }
}
