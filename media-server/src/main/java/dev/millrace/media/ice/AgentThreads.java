package dev.millrace.media.ice;

import dev.millrace.media.net.VirtualThreads;
import java.lang.reflect.Field;
import java.util.concurrent.ThreadPoolExecutor;
import org.ice4j.ice.Agent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the tasks of all ice4j agents on virtual threads. ice4j runs them on a pool without a limit, which grows by a
 * platform thread for every agent that happens to be at work: a hundred of them after a thousand joins. There is no
 * setting, so its pool is asked by reflection; where that fails ice4j works as ever.
 */
final class AgentThreads {
    private static final Logger LOG = LoggerFactory.getLogger(AgentThreads.class);
    private static final String POOL = "agentTasksExecutor";

    private AgentThreads() {}

    static void makeVirtual() {
        try {
            Field field = Agent.class.getDeclaredField(POOL);
            field.setAccessible(true);
            if (field.get(null) instanceof ThreadPoolExecutor pool) {
                pool.setThreadFactory(VirtualThreads.named("ice4j-"));
                return;
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("ice4j's pool is not where it was", e);
        }
        LOG.warn("ice4j keeps its own threads: many sessions at once will need many");
    }
}
