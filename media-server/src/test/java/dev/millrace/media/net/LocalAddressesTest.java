package dev.millrace.media.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalAddressesTest {
    @Test
    void announcedAddressesReplaceTheInterfaces() throws IOException {
        NetworkConfig config = NetworkConfig.loopback().withAnnounce(List.of("192.0.2.7", "2001:db8::7", "192.0.2.7"));
        assertThat(LocalAddresses.candidates(config))
                .containsExactly(InetAddress.ofLiteral("192.0.2.7"), InetAddress.ofLiteral("2001:db8::7"));
    }

    @Test
    void aNameThatDoesNotResolveIsNamed() {
        NetworkConfig config = NetworkConfig.loopback().withAnnounce(List.of("no such host"));
        assertThatThrownBy(() -> LocalAddresses.candidates(config))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("no such host")
                .hasMessageContaining("media.announce");
    }

    @Test
    void loopbackOnlyWhenAsked() throws IOException {
        assertThat(LocalAddresses.candidates(NetworkConfig.loopback()))
                .contains(InetAddress.ofLiteral("127.0.0.1"))
                .noneMatch(InetAddress::isLinkLocalAddress);
        assertThat(LocalAddresses.candidates(NetworkConfig.defaults(0)))
                .noneMatch(InetAddress::isLoopbackAddress)
                .noneMatch(InetAddress::isAnyLocalAddress);
    }

    @Test
    void innerInterfacesAreNotOffered() {
        for (String inner : List.of("docker0", "br-12ab", "veth9", "cni0", "virbr0")) {
            assertThat(LocalAddresses.isOffered(inner, true, false, true)).isFalse();
        }
        for (String outer : List.of("eth0", "ens3", "enp0s31f6", "wlan0", "tailscale0", "bridge0")) {
            assertThat(LocalAddresses.isOffered(outer, true, false, false)).isTrue();
            assertThat(LocalAddresses.isOffered(outer, false, false, false)).isFalse();
        }
    }
}
