package dev.millrace.media.ice;

import dev.millrace.media.net.NetworkPath;

/** Where STUN leaves; called on the loop's thread only. The bytes are valid for the call. */
@FunctionalInterface
public interface IceOutput {
    void send(NetworkPath to, byte[] buffer, int offset, int length);
}
