package dev.millrace.media.control;

/**
 * What is not as it should be in what a broadcaster sends; it goes on all the same.
 *
 * @param code stable, in small letters; docs/encoders.md lists them
 * @param detail a sentence for the broadcaster that says what to set otherwise
 */
public record StreamWarning(String code, String detail) {}
