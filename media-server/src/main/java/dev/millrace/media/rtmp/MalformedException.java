package dev.millrace.media.rtmp;

/** AMF0 that cannot be read; never leaves the package. */
final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String what) {
        super(what, null, false, false);
    }
}
