package dev.millrace.signaling.log;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import dev.millrace.signaling.config.Settings;

/**
 * Logback's first configuration, found as a service: only warnings, until {@link Logs#setUp} is called, which embedding
 * programs and tests need not. It also spares the search for XML files at each start.
 */
public final class QuietUntilTold extends ContextAwareBase implements Configurator {

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        Logs.apply(context, new Settings.Log(false, "warn"));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
