package dev.millrace.signaling.config;

/** A configuration that cannot be used; its message names the place, the key and what is allowed. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }
}
