package dev.millrace.signaling.config;

/**
 * A value as somebody wrote it.
 *
 * @param text without the blanks around it
 * @param origin where it was written: {@code millrace.yaml:12}, {@code MILLRACE_HTTP_PORT}, {@code --http.port}
 */
record Value(String text, String origin) {}
