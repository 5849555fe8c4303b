package dev.millrace.signaling.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.millrace.signaling.config.Settings;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sets up logging: a line for people, or JSON a line. Called once, before anything else runs. */
public final class Logs {
    private static final String LINE = "%d{HH:mm:ss.SSS} %-5level %msg %kvp%n%ex{short}";

    private Logs() {}

    public static void setUp(Settings.Log settings) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        apply(context, settings);
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    static void apply(LoggerContext context, Settings.Log settings) {
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setEncoder(settings.json() ? json(context) : line(context));
        console.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(console);
        // Libraries talk about their own inside, under names of all kinds; their warnings are ours.
        root.setLevel(
                switch (settings.level()) {
                    case "error" -> Level.ERROR;
                    case "debug" -> Level.INFO;
                    default -> Level.WARN;
                });
        for (String ours : new String[] {"millrace", "dev.millrace"}) {
            context.getLogger(ours).setLevel(Level.toLevel(settings.level()));
        }
        // Vert.x registers one gauge for every server it counts, and Micrometer warns of the second.
        context.getLogger("io.micrometer").setLevel(Level.ERROR);
        // A WebSocket that breaks while it is closed makes Vert.x fulfil a promise twice; any guest could fill the log.
        context.getLogger("io.netty.util.concurrent.DefaultPromise").setLevel(Level.ERROR);
    }

    private static Encoder<ILoggingEvent> line(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(LINE);
        encoder.start();
        return encoder;
    }

    private static Encoder<ILoggingEvent> json(LoggerContext context) {
        JsonLines encoder = new JsonLines();
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }
}
