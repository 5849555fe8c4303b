package dev.millrace.media.ice;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * What all sessions of one server share.
 *
 * @param agents where ice4j works, off the loops; virtual threads will do
 * @param addresses what candidates offer, best first
 * @param port the media port, UDP and TCP
 * @param tcp whether passive TCP candidates are offered (RFC 6544)
 * @param announced whether the addresses are a NAT's or otherwise not our own, so that nothing may leave from them by
 *     name
 * @param consentJitter spreads consent checks (RFC 7675 section 5.1); seeded in tests, not a secret
 */
public record IceConfig(
        Executor agents,
        List<InetAddress> addresses,
        int port,
        boolean tcp,
        boolean announced,
        RandomGenerator consentJitter) {
    public IceConfig {
        addresses = List.copyOf(addresses);
    }
}
