package dev.millrace.signaling.log;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.LinkInfo;
import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.Role;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line for each thing that happens to a session. A session's id lets its holder end it, so the log has only its
 * first characters: enough to find the lines that belong together.
 */
public final class SessionLog {
    private static final Logger LOG = LoggerFactory.getLogger("millrace.session");

    private static final int SHOWN_ID = 8;

    public void made(Role role, String protocol, String stream, String session, String participant, String address) {
        line(role, stream, session)
                .addKeyValue("protocol", protocol)
                .addKeyValue("participant", participant)
                .addKeyValue("address", address)
                .log("session made");
    }

    /** ICE and DTLS are up, or an encoder may send, {@code afterMs} since it was made. */
    public void connected(Role role, String stream, String session, String transport, long afterMs) {
        line(role, stream, session)
                .addKeyValue("transport", transport)
                .addKeyValue("afterMs", afterMs)
                .log("session connected");
    }

    /** A viewer's line ends with what its connection carried last and how often its layer changed. */
    public void closed(MediaEvent.SessionClosed closed, long lastedMs) {
        LoggingEventBuilder line = line(closed.role(), closed.stream(), closed.session())
                .addKeyValue("reason", closed.reason().name().toLowerCase(Locale.ROOT))
                .addKeyValue("lastedMs", lastedMs);
        LinkInfo link = closed.link();
        if (link != null) {
            line = line.addKeyValue("estimateBps", link.estimateBps())
                    .addKeyValue("layerSwitches", closed.layerSwitches());
        }
        line.log("session closed");
    }

    public void reconnect(String stream, String session, String detail) {
        line(Role.PLAY, stream, session).addKeyValue("detail", detail).log("session should reconnect");
    }

    public void live(String stream) {
        LOG.atInfo().addKeyValue("stream", stream).log("stream live");
    }

    public void idle(String stream, CloseReason reason) {
        LOG.atInfo()
                .addKeyValue("stream", stream)
                .addKeyValue("reason", reason.name().toLowerCase(Locale.ROOT))
                .log("stream idle");
    }

    public void refused(Role role, String protocol, String stream, String reason, String address) {
        LOG.atInfo()
                .addKeyValue("role", role.name().toLowerCase(Locale.ROOT))
                .addKeyValue("protocol", protocol)
                .addKeyValue("stream", stream)
                .addKeyValue("reason", reason)
                .addKeyValue("address", address)
                .log("session refused");
    }

    private static LoggingEventBuilder line(Role role, String stream, String session) {
        return LOG.atInfo()
                .addKeyValue("role", role.name().toLowerCase(Locale.ROOT))
                .addKeyValue("stream", stream)
                .addKeyValue("session", session.substring(0, Math.min(SHOWN_ID, session.length())));
    }
}
